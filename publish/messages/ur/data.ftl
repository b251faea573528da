# Names of lists and columns in the data files
list-title = { $title }: { $margin }
field-code = { $title }، کوڈ
field-code-means = مقررہ فہرست کا کوڈ؛ ہر کوڈ کی سطریں موجود ہیں، خواہ کچھ شمار ہوا ہو یا نہیں
field-label = { $title } ({ $language })
field-label-means = کوڈ کا نام
field-margin = فہرست
field-margin-means = سطر اس شماریے کی کس فہرست کی ہے
field-estimate = تخمینہ
field-estimate-means = درج شدہ تعداد کا غیر جانبدار تخمینہ؛ صفر سے کم بھی ہو سکتا ہے۔ حساب کے لیے یہی استعمال کریں
field-error = معیاری خطا
field-error-means = شامل کردہ بے ترتیب اعداد سے تخمینے کی معیاری خطا
field-value = قدر
field-value-means = اشاریے کی اکائی میں عدد؛ جہاں نہ بتایا جا سکے وہاں خالی
field-lower = نچلی حد
field-lower-means = ۹۵ فیصد وقفے کی نچلی حد
field-upper = بالائی حد
field-upper-means = ۹۵ فیصد وقفے کی بالائی حد؛ جہاں کوئی حد نہ ہو وہاں خالی
field-numerator = شمار کنندہ
field-numerator-means = شمار کنندہ کی تعداد کا تخمینہ
field-denominator = نسب نما
field-denominator-means = نسب نما کی تعداد کا تخمینہ، یا آبادی
field-displayed = عدد
field-displayed-means = عدد جیسا دکھایا جاتا ہے؛ دکھائی گئی تعدادیں پوری، کبھی صفر سے کم نہیں، اور ان کا جوڑ برابر رہتا ہے
field-modelled = ماڈل کا عدد
field-modelled-means = ماڈل سے نکلی تعداد، جو بڑے علاقوں، دوسرے گروہوں اور پچھلے سال سے متوقع عدد کی طرف مائل ہے؛ تخمینے کے بغیر حوالہ نہ دیں
field-modelled-lower = ماڈل، نچلی حد
field-modelled-lower-means = ماڈل کی تعداد کے وقفے کی نچلی حد، فہرست کی تمام سطروں پر ۹۵ فیصد
field-modelled-upper = ماڈل، بالائی حد
field-modelled-upper-means = ماڈل کی تعداد کے وقفے کی بالائی حد
field-flag = نشان
field-flag-means = قدر کیوں نہیں بتائی گئی یا پوری نہیں: small_denominator، open_ended، no_base
field-reliability = قابلِ اعتماد
field-reliability-means = good، fair یا weak، تغیر کے عددی سر کے لحاظ سے: ۱۶٫۵ فیصد تک، ۳۳٫۳ فیصد تک، اس سے زیادہ؛ سرگرمی کی گنتی کے لیے exact
field-exact = عین شمار
field-exact-means = اُن اعداد کا نشان جن میں کچھ نہیں ملایا گیا، کیونکہ اُن کے پیچھے کوئی ریکارڈ کسی فرد کے بارے میں نہیں؛ باقی تمام فہرستوں میں خالی
field-unit = اکائی
field-unit-means = عدد کیا گنتا یا ناپتا ہے
field-base = بنیاد
field-base-means = شرح کس کی ہے؛ تعداد اور حصے کے لیے خالی
field-start = پہلا مہینہ
field-start-means = مدت کا پہلا مہینہ
field-end = آخری مہینہ
field-end-means = مدت کا آخری مہینہ
field-kind = ریکارڈ کی قسم
field-kind-means = ریکارڈ کی قسم جو شمار ہوئی
field-release = اجرا
field-release-means = اجرا، جو کبھی نہیں بدلتا
field-status = عدد کی حیثیت
field-status-means = ایس ڈی ایم ایکس کوڈ: A عین شمار، E تخمینہ، U کم قابلِ اعتماد، L رپورٹ نہیں ملی، Q نسب نما بہت چھوٹا، M آبادی کا عدد نہیں
field-conf = رازداری
field-conf-means = ایس ڈی ایم ایکس کوڈ: F اشاعت کے لیے آزاد

# What every reader of a data file is told
notes-noise = شائع کرنے سے پہلے اعداد میں بے ترتیب پورے عدد شامل کیے گئے، تاکہ ان سے کسی ایک فرد کے بارے میں تقریباً کچھ معلوم نہ ہو سکے۔ ہر عدد ایک تخمینہ ہے اور ۹۵ فیصد وقفے کے ساتھ ہے۔
notes-exact = عین شمار: پروگراموں کی سرگرمی، اس میں کسی متاثرہ خاتون کے بارے میں کچھ نہیں۔ اِن اعداد میں کچھ نہیں ملایا گیا؛ اِن میں نہ خطا ہے نہ حدود۔ خالی کا مطلب ہے کہ کوئی رپورٹ نہیں آئی، صفر نہیں۔
notes-reporting = یہ گنتی درج اور رپورٹ شدہ واقعات کی ہے، پیش آنے والے تمام واقعات کی نہیں۔ کم عدد کا مطلب یہ بھی ہو سکتا ہے کہ کم خواتین رپورٹ کر سکیں۔

# Workbooks
book-number = اشاریوں کی فہرست میں نمبر: { $number }
book-period = مدت: { $months }
book-unit = اکائی: { $unit }
book-base = تقسیم: { $base }
book-publisher = ناشر: { $name }
book-contact = سوالات: { $contact }
book-release = اجرا { $release }، شائع شدہ { $day }
book-licence = لائسنس: { $licence }
book-tables = { $count ->
    [one] اس ورک بک میں ایک جدول ہے۔ قوسین میں دیے گئے نشانوں کی وضاحت ورک شیٹ Notes پر ہے۔
   *[other] اس ورک بک میں { $count } جدول ہیں، ہر ورک شیٹ پر ایک۔ قوسین میں دیے گئے نشانوں کی وضاحت ورک شیٹ Notes پر ہے۔
    }
book-contents = فہرستِ مندرجات
book-sheet = ورک شیٹ
book-list = جدول
book-notes = وضاحتیں
book-mark = نشان، کالم یا وضاحت
book-meaning = مطلب
book-marks = اس ورک شیٹ پر ایک جدول ہے۔ قوسین میں دیے گئے نشانوں کی وضاحت ورک شیٹ Notes پر ہے۔
book-too-long = یہ فہرست ورک شیٹ کے لیے بہت لمبی ہے؛ پوری فہرست CSV اور Parquet فائلوں میں ہے۔
book-head-mark = نشان
mark-estimated = تخمینہ: ہر عدد کی طرح اس میں بھی بے ترتیب عدد شامل کیے گئے
mark-exact = عین شمار: سرگرمی کی گنتی، جس میں کچھ نہیں ملایا گیا؛ اس میں کسی متاثرہ خاتون کے بارے میں کچھ نہیں
mark-unreliable = کم قابلِ اعتماد: ایک عدد کے لیے بہت غیر یقینی؛ حدود استعمال کریں
mark-not-reported = رپورٹ نہیں ملی: اس علاقے سے کوئی رپورٹ نہیں آئی۔ اس کا مطلب یہ نہیں کہ کوئی واقعہ نہیں ہوا
mark-low = بہت کم: جس تعداد پر تقسیم ہونی تھی وہ اتنی چھوٹی ہے کہ نتیجہ اتفاق پر ہوتا
mark-impossible = قابلِ اطلاق نہیں: اس علاقے کی آبادی کا اپنا عدد موجود نہیں

# Structure for statistical offices
frequency-year = سالانہ
frequency-quarter = سہ ماہی
concept-frequency = تعدد
concept-area = علاقہ
concept-period = مدت
concept-scheme = شائع شدہ شماریات کے تصورات
conf-free = اشاعت کے لیے آزاد
