# The frame of every page
site-title = Published statistics
skip = Skip to the content
nav-main = Main
nav-figures = Figures
nav-method = How to read
nav-language = Language
nav-trail = You are here
footer-contact = Questions: { $contact }
footer-software = Made with { $software }, from signed releases only.

# Small words
range = { $lower }–{ $upper }
list-comma = , { "" }
list-semicolon = ; { "" }
list-and = { $others } and { $last }
margin-total = Total
margin-by = By { $names }
month-year = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
    } { $year }
months = { $start } to { $end }
day-month = { $day } { $month }

# The first page
index-title = Violence against women: what was reported and recorded
index-lead = Counts from the records of many offices, protected so that hardly anything can be learnt from them about any one person. Every figure stands with its range: with a confidence of 95 % the number counted lies in it.
index-empty = Nothing has been published yet.
key-title = Key figures
key-from = From “{ $release }”, { $months }
releases-title = All releases
release-tables = { $count ->
    [one] { $count } table
   *[other] { $count } tables
    }

# The page of a release
release-lead = Figures for { $months }.
fact-period = Period
revised-by = These figures were revised on { $day }.
revised-newer = See the newer version.
revision-of = This is version { $number } of these figures; the earlier one stays published. Reason given:
fact-made = Published on
fact-publisher = Published by
fact-release = Release
fact-counted = What is counted
fact-unit = Unit
tables-title = Tables
coverage-title = How complete the reports are
coverage-lead = { $count ->
    [one] One office is expected to report in this period; { $whole } made every report.
   *[other] { $count } offices are expected to report in this period; { $whole } of them made every report.
    }
coverage-missing = What an office did not report is missing from the figures. It does not mean that there was no case. A report that there was no case counts as a report.
coverage-caption = Reports made, of those expected in this period, when the release was made.
coverage-facility = Office
coverage-reported = Reported
coverage-months = { $reported } of { $expected } months
coverage-quarters = { $reported } of { $expected } quarters
coverage-none = not reported
sources-title = Where the records come from
sources-lead = Offices whose files had arrived when the release was made.
source-office = Office
source-kind = Kind of record
source-files = Files
sources-none = The release names no office.
signed-title = Signed files
signed-lead = The release as it was signed, for checking or for further work: the statement, its signature, the key, and every measured and estimated file.
signed-document = Statement (JSON)
signed-signature = Signature
signed-key = Public key
signed-files = { $count ->
    [one] { $count } Parquet file
   *[other] All { $count } Parquet files
    }

# Before comparing
caveat-title = Before you compare
caveat-reporting = These are counts of what was reported and recorded, not of all that happened. A low figure may mean that few women could report.
caveat-ranking = This is not a ranking of places by safety. Where two ranges overlap, the figures do not show that one place has more cases than another.

# The page of a table
contents-title = On this page
count-records = Records. At most { $bound ->
    [one] one record
   *[other] { $bound } records
    } of one person in one year.
count-persons = Persons. Each person is counted once a year.
count-calibrated = The rest are estimated from totals that count more, so that figures are about all records.
caption-cells = { $title }: number of { $unit }, range in brackets.
head-figure = Figure (range)
head-chart = Drawn
total-row = All
accuracy = No range on this list reaches further than ±{ $half } from its figure.
weak-note = Where only a range stands, the figure is too uncertain to be given as one number.
too-long = This list has { $cells } lines. It is too long for a page; the files hold all of it.
too-long-areas = Its figures also stand on the page of each area.
files-label = Data: { $title }
files-title = Data:

# The page of an indicator
indicators-title = Indicators
indicators-lead = Shares, rates and durations that are worked out from the tables. Each stands with a range, like the counts.
fact-base = Divided by
fact-number = Number in the list of indicators
fact-from = Worked out from
caption-indicator = { $title }: { $unit }, range in brackets.
change-rose = rose by { $by }
change-fell = fell by { $by }
change-none = no clear difference
change-note = “Rose”, “fell” and “no clear difference” follow from the ranges of both years. Of twenty figures without any change, about one will seem to have changed.
told-few = too few to tell
told-no-base = no population figure
told-or-more = { $lower } or more
told-exact = exact
told-not-reported = not reported

# Activity of programmes, which is published exactly
exact-title = Activity of programmes
exact-mark = Exact count.
exact-note = Activity of programmes, holds nothing about a survivor. Nothing was added to these figures.
exact-counted = Exact sums of what offices and programmes reported. No record is about a survivor or any other person.
exact-missing = “Not reported” means that no report came from there. It is not zero.
exact-why-title = Why these figures are exact
exact-why = Everywhere else on this site random numbers were added to counts, because behind each count stand women. Behind these figures stand activities: trainings, sessions, campaigns.
exact-why-fields = A record of an activity has a month, a district, codes and whole numbers, and no person code. What could identify somebody is refused when a file arrives.
exact-why-apart = These sums are never joined to or crossed with records about persons.
exact-why-cost = They cost nothing of the budget that protects each person.
caption-exact = { $title }: { $unit }. Exact counts.
head-exact = Figure
trend-caption-exact = Unit: { $unit }. Exact counts.
few-note = Too few to tell: the count that would be divided by is so small that the added random numbers would decide the result.
base-note = Some areas have no population figure of their own. Their records are counted with the area that they were part of, where that is known.
open-note = Durations are counted in steps. The last step has no end, so only a lower limit can be told for it.

# The promise
privacy-title = How each person is protected
privacy-promise = Random whole numbers were added to the counts before they were published. The promise is made to each person, for all records about that person in one year together: the published figures would come out nearly the same without them, whatever else is known about that person.
privacy-bound = { $bound ->
    [one] At most one record of a person in a year is counted in this table.
   *[other] At most { $bound } records of a person in a year are counted in this table.
    }
privacy-bound-all = { $bound ->
    [one] Of all records about one person in one year, only one is counted.
   *[other] Of all records about one person in one year, at most { $bound } are counted.
    }
privacy-laplace = The random numbers follow the discrete Laplace distribution. Loss of privacy is counted in ε (pure differential privacy).
privacy-gaussian = The random numbers follow the discrete Gaussian distribution. Loss of privacy is counted in ρ (zero-concentrated differential privacy).
privacy-year = Budget of { $year }: { $symbol } = { $budget } for any one person, for everything that is ever published about that year. Spent when this release was made: { $spent }. Left: { $left }.
privacy-pure = In the usual terms, what is spent for { $year } means ε = { $epsilon } with δ = 0: with or without the records of one person, the chance of any result differs by a factor of at most { $factor }.
privacy-approximate = In the usual terms, what is spent for { $year } means ε = { $epsilon } with δ = { $delta }: with or without the records of one person, the chance of any result differs by a factor of at most { $factor }, but for a remainder of at most δ.
privacy-plain = In the usual terms, what is spent for { $year } means ε = { $epsilon } with δ = { $delta }.
privacy-more = How this works, and what it does not promise
privacy-account = The account of this release
account-title = Privacy account
account-unit = Unit of privacy
account-neighbours = Neighbouring data
account-bounds = Most records of a person in a year
account-bounds-all = All kinds together
account-bounds-calibration = Totals that others are calibrated to
account-year = Charges to the budget of { $year }
account-measured = What was measured
account-loss = { $symbol } at one record
account-bound = Records at most
account-share = Paid from
account-row = Ledger row
account-covered = row { $row }, already paid by row { $by }
share-scheduled = Calendar
share-rti = Requests
share-revisions = Revisions

# How to read the figures
method-title = How to read the figures
method-lead = Every figure on these pages is a count with an error that was added on purpose and whose size is known. This page says why, how to read the figures, and what they cannot tell.
method-figure-title = A figure and its range
method-figure-sample = 57 (47–68)
method-figure-text = The best estimate of the number counted is 57. With a confidence of 95 % the number counted lies from 47 to 68. Of a hundred such ranges, about five miss the number they stand for.
method-weak-sample = 0–6
method-weak-text = Only the range is given. The figure is so small beside its error that one number would mislead: there may have been none, or as many as six.
method-rounding = Figures on the pages are whole numbers and never below zero, and they add up: every list sums to every shorter one of the same records. Because they never fall below zero, very small figures are a little too high on average. The data files hold them as “displayed”, and beside them the estimates as they are, with decimals and below zero where chance took them there: those are right on average and are the ones to calculate with.
method-modelled = Beside each estimate the data files hold a modelled count, drawn towards what larger areas, other groups and the year before let one expect. For small counts it is nearer on average. A place unlike all others is drawn too far, so a modelled count is never to be quoted without the estimate beside it.
method-calibrated = Of a person with very many records only some are counted closely, so that nobody weighs much. The figures are then scaled to coarse totals that count more of them, and so tell of all records. The scaling is itself estimated: where a kind of record is rare, scaled figures are not exactly right on average. Their ranges hold what the scaling does not know.
method-noise-title = Why the figures are not exact
method-noise-text = An exact small count can give away a person: if a district has one case in a quarter, neighbours may know whose it is. So a random whole number is added to each count before it is published. It is drawn once, is zero on average, and does not depend on how large the count is: a large figure hardly feels it, a small one does. Only counts of the activity of programmes, which are about no person, are exact, and they are marked so.
method-together = The figures are estimated from several such counts together, so that in the data files every list adds up exactly to every shorter one of the same records.
method-reliability-title = How far a figure can be relied on
method-reliability-text = The data files mark each figure by its coefficient of variation: the standard error divided by the figure, or by one if the figure is below one.
method-reliability-name = Mark
method-reliability-meaning = Coefficient of variation
method-good = up to { $good } %: can be used as it is
method-fair = up to { $fair } %: tells the order of magnitude
method-weak = above { $fair } %: use the range only
method-limits-title = What the figures do not say
method-limits-recorded = They count what was reported and written down by the offices that sent their files. Much violence is never reported, and offices differ in what they record. More cases can mean that more women could speak.
method-limits-range = The range covers the random number that was added. It does not cover what was never reported or wrongly recorded. Where a table says that records beyond the yearly limit of one person are estimated, it covers that too; where it does not, they are left out.
method-limits-unit = Complaints, cases, stays and persons are different things. Compare only figures of one unit and one length of time.
method-limits-zero = A range that starts at zero is not the same as no case.
method-limits-rank = No list is sorted by size, and no place should be called safe or unsafe by these figures.
method-privacy-title = What is promised to each person
method-privacy-text = The method is called differential privacy. Anyone who looks at all figures ever published about a year, even with full knowledge of everybody else, can hardly tell whether the records of one person are among them. How much “hardly” allows is the budget of the year. It is fixed before the first release, every release spends from it, and when it is spent nothing more is published about that year.
method-privacy-limits = It does not promise that nothing can be learnt about a group. If violence is frequent in a district, the figures say so, about everybody who lives there.
method-files-title = The data files
method-files-text = Each list can be downloaded as CSV and as JSON. A text that a spreadsheet could take for a formula has an apostrophe before it.
method-file-column = Column
method-file-meaning = Meaning
method-file-name = code, and its names in English and Urdu, for each dimension
method-file-estimate = unbiased estimate; it may be below zero
method-file-value = an indicator’s figure; empty where it can’t be told
method-file-error = standard error of the estimate
method-file-interval = ends of the 95 % interval, cut at zero
method-file-displayed = the whole number on the pages; all of a release add up
method-file-modelled = the modelled count and its range, with a confidence of 95 % over all rows of the file
method-file-terms = the estimated counts that an indicator is worked out from
method-file-flag = why an indicator’s figure is not told, or is open to one side
method-file-reliability = the mark explained above
method-file-unit = what is counted
method-file-base = what a rate is of, such as all women of an area
method-file-source = the kind of record that was counted
method-file-period = first and last month
method-file-release = the release, which never changes
method-file-status = status and confidentiality in the codes of SDMX: E is an estimate, U one that is too uncertain to stand alone, Q one that is not told, L one that was not reported, M one that can’t be; F is free to use
method-check-title = Check it yourself
method-check-text = A release is signed and never changed; a correction is a new release. Each release page links to its signed files. The program minisign checks the signature. The command “shumar verify” also checks that no file was changed, that every published figure follows from the measured counts, and that the error stated is the error of the random numbers.

# Ways through the site
nav-places = Districts
nav-privacy = Privacy
nav-downloads = Downloads
nav-calendar = Release calendar
nav-revisions = Revisions and corrections
nav-coverage = How complete the reports are
nav-contact = Ask for information
nav-more = More about these figures
caption-columns = { $caption } Columns: { $columns }.
caption-unit = Number of { $unit }, range in brackets.
caption-change = Below each figure: the change since { $months }.
list-steps = Step by step
list-by-steps = { $by }, step by step
head-step = Step
head-what = Counted
release-files = All data files of this release
privacy-plain-words = The promise in plain words

# Over the years
trend-title = Over the years
trend-caption = Unit: { $unit }. Range in brackets.
trend-note = The bar shows the range of each period, the dot its figure. Where bars overlap, there may have been no change. More offices reporting makes figures rise as well.
trend-of = { $title }, over the years
trend-point = { $months }: { $figure }

# The map of squares
map-title = Map by { $area }
map-lead = Every square is one area, placed roughly as in the country; its number is its class.
map-shown = Shown: { $title } ({ $unit }).
map-table = The same figures as a table
map-all = all figures
map-below = below { $end }
map-between = { $lower } to below { $upper }
map-hatched = hatched: uncertain, the range reaches into the classes named or further
map-none = no figure can be told

# Where a figure stands
standing-highest = The highest recorded figure of { $of }.
standing-exact = In place { $best } of { $of } by recorded figures, counted from the highest.
standing-high = Among the { $worst } highest recorded figures of { $of } (place { $best } to { $worst }); no clear difference from { $others ->
    [one] one other
   *[other] { $others } others
    }.
standing-lowest = The lowest recorded figure of { $of }. Few reports can mean that few women could report.
standing-low = Among the { $lowest } lowest recorded figures of { $of } (place { $best } to { $worst }); no clear difference from { $others ->
    [one] one other
   *[other] { $others } others
    }. Few reports can mean that few women could report.
standing-between = Somewhere between place { $best } and { $worst } of { $of }; no clear difference from { $others ->
    [one] one other
   *[other] { $others } others
    }.
standing-none = Cannot be told apart from any of the other { $others }.
standing-note = Places in order are told only as far as the ranges of all areas together bear them. They are about what was recorded, not about safety.
highest-one = Highest recorded figure: { $name }.
highest-some = No clear difference between { $names }: any of them may have the highest recorded figure.
highest-many = Which area has the highest recorded figure cannot be told: it may be any of { $count } among { $of }.

# Areas
places-title = Districts from A to Z
places-lead = Each has a page with everything that is published about it, beside the division and the whole.
places-letters = Letters
place-lead = What was reported and recorded, { $months }. From:
place-locator = Where { $name } lies
place-figures = Figures of this area
place-change = Since { $months }: { $change }.
place-beside = Side by side
place-beside-lead = All figures that are published for this area or for what it is part of. What is too rare to be told of a small area is told of the larger one only.
place-caption = { $months }, range in brackets.
place-figure = Figure
place-none = not published

# Reports that were made
coverage-page-lead = Figures can count only what offices report. This page tells how many of the expected reports had come when each release was made.
coverage-never-zero = An office that did not report is called “not reported”. It never stands as a zero.
coverage-unknown = No release says yet which reports were expected.
coverage-offices = Office by office

# The release calendar
calendar-title = Release calendar
calendar-lead = Figures are published at announced times, the same for everybody, whatever they say.
calendar-coming = Coming
calendar-none = No coming release is announced yet.
calendar-past = Published
calendar-due = Expected on
calendar-open = date not announced yet

# Revisions
revisions-title = Revisions and corrections
revisions-lead = Records arrive late, and errors are found. This is how figures are put right.
revisions-stay = A release is never changed. A correction is a new version beside it, with its reason and its day, and each points to the other.
revisions-noise = A new version is counted anew with new random numbers. Small differences between two versions mean nothing.
revisions-budget = Each version costs some of the privacy budget of its year, so revisions are made when something has truly changed.
revisions-tell = Have you found an error? Tell us:
revisions-list = Revisions so far
revisions-none = No release has been revised.
revisions-old = The earlier version

# Files
downloads-title = Downloads
downloads-lead = Every list on these pages is also a file, with the figures as they were estimated, before rounding, and the error of each.
downloads-files = { $count } files, { $size } KB.
downloads-columns = What the columns mean
downloads-terms = Using the figures
downloads-terms-text = You may use them freely. Name the publisher, the release and the period, and never quote a figure without its range.
downloads-together = All lists together:
topic-files = All data files of this table, also as a workbook
downloads-whole = The whole release

# Asking
contact-title = Ask for information
contact-lead = Anyone may ask for figures that are not published here, under the right to information.
contact-none = No address is given in the releases. Ask at the office of the publisher.
contact-ask-title = How to ask
contact-ask-what = Write what is to be counted: complaints, stays in shelters, court cases, women.
contact-ask-where = Write for which districts and for which years or quarters.
contact-ask-who = Give your name and where the answer is to be sent.
contact-ask-why = You need not say why you ask.
contact-get-title = What you will get
contact-get-published = What is published already: with a pointer to where it stands.
contact-get-budget = What is not published: protected in the same way, with its range. Part of each year’s privacy budget is kept for requests; when it is spent, nothing more can be counted of that year.
contact-get-never = Never: names, single cases, or exact counts of persons.
contact-get-own = Records about yourself are held by the office that wrote them. Ask there.
contact-help-title = If you need help now
contact-help-text = This site holds figures only; nobody reads messages here. If you are in danger, call the police or a women’s helpline.

# The privacy statement
promise-page = Privacy: what we promise
promise-lead = Behind these figures are women who told somebody. This page says what protects them, in plain words.
promise-title = The promise
promise-text = To every person in the records: what we publish about a year would be nearly the same if nothing about you were in it. So it tells hardly anything of whether you are in it, or of what happened to you. How much “hardly” allows is measured and limited, and stands below.
promise-example = An example: a district is shown with 12 complaints and a range from 5 to 19. Somebody knows eleven of the women. The number was moved by chance before it was published, so it does not tell whether there was a twelfth.
promise-means = The promise holds for all records about you in one year together, for everything that is ever published about that year, whoever looks, whatever else they know, and with any computer, now or later.
promise-never-title = What is never published
promise-never-names = Names, addresses, numbers of identity cards or telephones. They are not even taken in.
promise-never-exact = Any exact count about persons.
promise-never-rare = What is so rare in a small area that it would point at somebody: it is published of larger areas only, or not at all.
promise-never-cells = Any single case, or whom it concerned.
promise-not-title = What is not promised
promise-not-others = It protects what these offices recorded. It can not protect what others say or publish.
promise-not-years = Each year has its own budget. Somebody with records in many years is protected in each of them; over all of them together the protection is weaker.
promise-not-hidden = Nearly the same is not exactly the same. How much the figures may differ is fixed for each year before anything is published, and stands below.
promise-budget-title = What it has cost so far
promise-budget-text = Each publication uses up a little of the protection. The most that all of them together may use in a year is its budget. A smaller number protects more.
promise-year = Year
promise-budget = Budget
promise-spent = Spent
promise-left = Left
promise-account = Account
method-standing-title = Places in order, and changes
method-standing-text = “Highest”, “rose” and the like are said only where the ranges decide. For places in order all pairs of areas are compared at once, so that with a confidence of 95 % no pair at all is put in the wrong order. Otherwise it says “no clear difference”. These are places of what was recorded: where more women can report, figures are higher.
method-map-title = The map
method-map-text = On the map every area is a square of the same size, so that large and thinly peopled ones do not outweigh the others. Its number is the class of the figure, and the legend says from where to where each class goes. A hatched square is uncertain: its range reaches into several classes.
