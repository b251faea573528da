# طبع شدہ بلیٹن
bulletin-name = شماریاتی بلیٹن
bulletin-contents = فہرست
bulletin-table = جدول
bulletin-findings-title = اہم نتائج
bulletin-findings-lead = ہر عدد کے ساتھ قوسین میں اس کی حدود درج ہیں: 95 فیصد اعتماد کے ساتھ شمار کردہ تعداد انہی حدود کے اندر ہے۔ یہاں صرف وہی کہا گیا ہے جس کی یہ حدود تائید کرتی ہیں۔
bulletin-totals = { $months } میں کیا شمار ہوا
bulletin-what = کیا
bulletin-since = { $months } کے مقابلے میں
bulletin-stands-out = نمایاں باتیں
bulletin-highest = بلحاظ { $dimension }، سب سے زیادہ تعداد ”{ $group }“ کی ہے: { $figure } { $unit }۔
bulletin-among-highest = بلحاظ { $dimension }، سب سے زیادہ تعداد { $groups } کی ہے؛ ان کی حدود یہ نہیں بتاتیں کہ ان میں کون زیادہ ہے۔
bulletin-quoted = ”{ $text }“
bulletin-change = { $figure } { $unit }۔ { $months } کے مقابلے میں: { $change }۔
bulletin-elsewhere = { $count ->
    [one] ایک طویل فہرست صرف ڈیٹا فائلوں میں ہے: { $lists }۔
   *[other] { $count } طویل فہرستیں صرف ڈیٹا فائلوں میں ہیں: { $lists }۔
    }
bulletin-chart = لکیریں حدود دکھاتی ہیں اور نقطے اعداد۔
bulletin-indicators-more = { $count ->
    [one] ایک اشاریہ علاقے یا گروہ کے لحاظ سے بھی نکالا گیا ہے: دیکھیے ڈیٹا فائلیں۔
   *[other] { $count } اشاریے علاقے یا گروہ کے لحاظ سے بھی نکالے گئے ہیں: دیکھیے ڈیٹا فائلیں۔
    }
bulletin-coverage-whole = { $count ->
    [one] ایک دفتر نے ہر رپورٹ دی اور وہ اس فہرست میں نہیں۔
   *[other] { $count } دفاتر نے ہر رپورٹ دی اور وہ اس فہرست میں نہیں۔
    }
bulletin-sources = { $offices ->
    [one] اشاعت کی تیاری تک ایک دفتر کی فائلیں موصول ہو چکی تھیں:
   *[other] اشاعت کی تیاری تک { $offices } دفاتر کی فائلیں موصول ہو چکی تھیں:
    }
bulletin-methods-title = اعداد کیسے تیار ہوئے
bulletin-files = تمام فہرستیں، طویل فہرستیں بھی، ویب سائٹ پر CSV اور JSON میں دستیاب ہیں، اور ساتھ وہ دستخط شدہ اشاعت بھی جس سے یہ حاصل ہوئیں۔ یہ بلیٹن اشاعت { $release } سے طبع ہوا۔
bulletin-link = بلیٹن (PDF)
bulletin-documents-title = بلیٹن اور سند
bulletin-documents-lead = طباعت اور دفتری ریکارڈ کے لیے۔ دونوں میں وہی درج ہے جو ان صفحات پر ہے۔

# اشاعت کی سند
certificate-title = سندِ اشاعت
certificate-link = سند
certificate-link-pdf = سند (PDF)
certificate-lead = { $publisher } بیان کرتا ہے کہ اس اشاعت کے اعداد و شمار ذیل کے مطابق تیار کیے گئے اور جانچے گئے۔
certificate-figures = اعداد و شمار
certificate-revision = نظرِ ثانی
certificate-counted-title = کیا شمار ہوا، اور کن سے
certificate-unit = شمار
certificate-how = کیسے
certificate-offices = دفاتر
certificate-bound = { $bound ->
    [one] ایک فرد کا سالانہ ایک ریکارڈ
   *[other] ایک فرد کے سالانہ { $bound } ریکارڈ تک
    }
certificate-calibrated = ایک فرد کے سالانہ { $bound } ریکارڈ تک، باقی کا تخمینہ
certificate-persons = ہر فرد سال میں ایک بار
certificate-exact = سرگرمی کا عین مجموعہ، کسی فرد کے بارے میں نہیں
certificate-files = { $offices } ({ $files ->
    [one] ایک فائل
   *[other] { $files } فائلیں
    })
certificate-coverage-title = رپورٹیں کتنی مکمل ہیں
certificate-coverage-none = کسی دفتر کے لیے رپورٹوں کی تعداد مقرر نہ تھی، اس لیے یہ معلوم نہیں کہ رپورٹیں کتنی مکمل ہیں۔
certificate-coverage = { $count ->
    [one] ایک دفتر
   *[other] { $count } دفاتر
    } سے متوقع { $expected } رپورٹوں میں سے { $reported } موصول ہوئیں؛ { $whole } نے ہر رپورٹ دی۔ جو رپورٹ نہیں ہوا وہ ان اعداد میں شامل نہیں، اور اسے صفر نہیں سمجھا گیا۔
certificate-guarantee-title = ہر فرد سے وعدہ
certificate-guarantee = افراد کے ریکارڈ کی ہر گنتی میں بے ترتیب اعداد شامل کیے گئے، تاکہ { $year } کے بارے میں جو کچھ شائع ہو وہ کسی بھی ایک فرد کے ریکارڈ کے بغیر بھی تقریباً ویسا ہی نظر آتا: وہ ریکارڈ شامل ہوں یا نہ ہوں، کسی بھی نتیجے کا امکان زیادہ سے زیادہ { $factor } گنا بدلتا ہے۔
certificate-guarantee-delta = افراد کے ریکارڈ کی ہر گنتی میں بے ترتیب اعداد شامل کیے گئے، تاکہ { $year } کے بارے میں جو کچھ شائع ہو وہ کسی بھی ایک فرد کے ریکارڈ کے بغیر بھی تقریباً ویسا ہی نظر آتا: وہ ریکارڈ شامل ہوں یا نہ ہوں، کسی بھی نتیجے کا امکان زیادہ سے زیادہ { $factor } گنا بدلتا ہے، سوائے زیادہ سے زیادہ { $delta } کی گنجائش کے۔
certificate-guarantee-plain = افراد کے ریکارڈ کی ہر گنتی میں بے ترتیب اعداد شامل کیے گئے، تاکہ { $year } کے بارے میں جو کچھ شائع ہو وہ کسی بھی ایک فرد کے ریکارڈ کے بغیر بھی تقریباً ویسا ہی نظر آتا ({ "\u2066" }ε = { $epsilon }, δ = { $delta }{ "\u2069" })۔
certificate-budget-title = رازداری کا بجٹ، کسی بھی ایک فرد کے لیے، { $symbol } میں
certificate-year = سال
certificate-budget = بجٹ
certificate-spent = خرچ
certificate-left = باقی
certificate-charged = اس اشاعت کا خرچ
certificate-charges = { $new ->
    [one] ایک پیمائش
   *[other] { $new } پیمائشیں
    }
certificate-charges-covered = { $new ->
    [0] کوئی نئی نہیں
    [one] ایک پیمائش
   *[other] { $new } پیمائشیں
    }؛ { $covered } کی ادائیگی پہلے ہو چکی
certificate-budget-note = ”خرچ“ سے مراد وہ تمام خرچ ہے جو اشاعت کی تیاری تک اُس سال پر ہو چکا تھا، اس اشاعت سمیت۔
certificate-errors-title = غلطی کی حدود
certificate-errors-lead = 95 فیصد حدود اپنے عدد سے زیادہ سے زیادہ کتنی دور جاتی ہیں: ہر جدول کی سب سے درست فہرست میں، اور سب سے کم درست میں۔
certificate-table = جدول
certificate-error = غلطی کی حد
certificate-half = { "\u2066" }±{ $half }{ "\u2069" }
certificate-halves = { "\u2066" }±{ $least }{ "\u2069" } تا { "\u2066" }±{ $most }{ "\u2069" }
certificate-exact-error = کوئی نہیں: عین شمار، کچھ نہیں ملایا گیا
certificate-checks-title = جانچ
certificate-passed = درست
certificate-failed = درست نہیں
certificate-check-signature = اشاعت پر ذیل میں درج کلید کے دستخط ہیں
certificate-check-format = اشاعت میں کوئی تضاد نہیں
certificate-check-files = دستخط کے بعد کوئی فائل تبدیل نہیں ہوئی
certificate-check-unlisted = کوئی فائل بڑھائی نہیں گئی
certificate-check-rows = ہر فائل میں اس کی تمام سطریں موجود ہیں
certificate-check-sums = ہر عدد پیمائش سے حاصل ہوتا ہے، اور سب کا جوڑ برابر ہے
certificate-check-errors = تمام حدود بے ترتیب اعداد سے حاصل ہوتی ہیں
certificate-check-indicators = ہر اشاریہ پیمائش سے حاصل ہوتا ہے
certificate-check-exact = عین صرف وہ سرگرمی شائع کی گئی جو کسی فرد کے بارے میں نہیں
certificate-check-charges = ہر پیمائش کی ادائیگی ہو چکی ہے
certificate-check-budget = کسی سال کا خرچ بجٹ سے زیادہ نہیں
certificate-seal-title = ہیش اور دستخط
certificate-seal-hash = release.json کا SHA-256
certificate-seal-signature = دستخط (minisign)
certificate-seal-key = کلید
certificate-seal-check = کلید کا موازنہ اُس کلید سے کریں جو کمیشن نے کہیں اور مشتہر کی ہو۔ ”shumar verify“ یہ تمام جانچ دوبارہ کرتی ہے۔
certificate-officer-title = ذمہ دار افسر
certificate-officer-name = نام
certificate-officer-post = عہدہ
certificate-officer-signature = دستخط اور مہر
certificate-officer-date = تاریخ
