# The frame of every page
site-title = Published statistics
skip = Skip to the content
nav-main = Main
nav-figures = Figures
nav-method = How to read them
nav-language = Language
nav-trail = You are here
footer-contact = Questions: { $contact }
footer-software = Made with { $software }, from signed releases only.

# Small words
range = { $lower }–{ $upper }
list-comma = , { "" }
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
index-title = Published figures
index-lead = Counts from the records of many offices, protected so that hardly anything can be learnt from them about any one person. Every figure stands with a range: with a confidence of 95 % the number counted lies in it. Where a person has more records than a yearly limit, each table says whether the rest are estimated or left out.
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
caption-matrix = { $title }: number of { $unit }, range in brackets. Columns: { $columns }.
head-figure = Figure (range)
head-chart = Drawn
total-row = All
accuracy = No range on this list reaches further than ±{ $half } from its figure.
weak-note = Where only a range stands, the figure is too uncertain to be given as one number.
too-long = This list has { $cells } lines. It is too long for a page; the files hold all of it.
files-label = Data: { $title }
files-title = Data:

# The page of an indicator
indicators-title = Indicators
indicators-lead = Shares, rates and durations that are worked out from the tables. Each stands with a range, like the counts.
fact-base = Divided by
fact-number = Number in the list of indicators
fact-from = Worked out from
caption-indicator = { $title }: { $unit }, range in brackets.
head-change = Since { $months }
change-rose = rose by { $by }
change-fell = fell by { $by }
change-none = no clear difference
change-note = “Rose” and “fell” stand only where the ranges of both years bear it. Of twenty lines without any change, about one will seem to have changed.
told-few = too few to tell
told-no-base = no population figure
told-or-more = { $lower } or more
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
method-noise-title = Why the figures are not exact
method-noise-text = An exact small count can give away a person: if a district has one case in a quarter, neighbours may know whose it is. So a random whole number is added to each count before it is published. It is drawn once, is zero on average, and does not depend on how large the count is: a large figure hardly feels it, a small one does.
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
method-file-error = standard error of the estimate
method-file-interval = ends of the 95 % interval, cut at zero
method-file-displayed = the whole number on the pages; all of a release add up
method-file-modelled = the modelled count and its range, with a confidence of 95 % over all rows of the file
method-file-reliability = the mark explained above
method-file-unit = what is counted
method-file-period = first and last month
method-file-release = the release, which never changes
method-check-title = Check it yourself
method-check-text = A release is signed and never changed; a correction is a new release. Each release page links to its signed files. The program minisign checks the signature. The command “shumar verify” also checks that no file was changed, that every published figure follows from the measured counts, and that the error stated is the error of the random numbers.
