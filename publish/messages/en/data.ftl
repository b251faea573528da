# Names of lists and columns in the data files
list-title = { $title }: { $margin }
field-code = { $title }, code
field-code-means = Code of a declared list; every code has its rows, counted or not
field-label = { $title } ({ $language })
field-label-means = Name of the code
field-margin = List
field-margin-means = Which list of the statistic the row is of
field-estimate = Estimate
field-estimate-means = Unbiased estimate of the number recorded; it may be below zero. To be used for calculating
field-error = Standard error
field-error-means = Standard error of the estimate, from the noise that was added
field-value = Value
field-value-means = The figure in the indicator's unit; blank where it can't be told
field-lower = Lower end
field-lower-means = Lower end of the 95 % interval
field-upper = Upper end
field-upper-means = Upper end of the 95 % interval; blank where it has none
field-numerator = Above the line
field-numerator-means = Estimate of the count above the line
field-denominator = Below the line
field-denominator-means = Estimate of the count, or the population, below the line
field-displayed = Figure
field-displayed-means = The figure as it is displayed; displayed counts are whole, never below zero, and add up
field-modelled = Modelled
field-modelled-means = Modelled count, drawn towards what larger areas, other groups and the year before let one expect; not to be quoted without the estimate
field-modelled-lower = Modelled, lower end
field-modelled-lower-means = Lower end of the modelled count's interval, 95 % over all rows of the list
field-modelled-upper = Modelled, upper end
field-modelled-upper-means = Upper end of the modelled count's interval
field-flag = Flag
field-flag-means = Why a value is not told, or not whole: small_denominator, open_ended, no_base
field-reliability = Reliability
field-reliability-means = good, fair or weak, by the coefficient of variation: up to 16.5 %, up to 33.3 %, above; exact for a count of activity
field-exact = Exact
field-exact-means = Said of figures to which nothing was added, because no record behind them is about a person; blank in all other lists
field-unit = Unit
field-unit-means = What the figure counts or measures
field-base = Base
field-base-means = What a rate is of; blank for counts and shares
field-start = First month
field-start-means = First month of the period
field-end = Last month
field-end-means = Last month of the period
field-kind = Kind of record
field-kind-means = The kind of record that was counted
field-release = Release
field-release-means = The release, which never changes
field-status = Status of the figure
field-status-means = SDMX code: A exact, E estimated, U low reliability, L not reported, Q denominator too small, M no population figure
field-conf = Confidentiality
field-conf-means = SDMX code: F free for publication

# What every reader of a data file is told
notes-noise = Random whole numbers were added to the counts before they were published, so that hardly anything can be learnt from the figures about any one person. Every figure is an estimate and stands with a 95 % interval.
notes-exact = Exact counts: activity of programmes, holds nothing about a survivor. Nothing was added to these figures; they have no error and no interval. Blank means that nothing was reported, which is not zero.
notes-reporting = Counts of what was reported and recorded, not of all that happened. A low figure may mean that few women could report.

# Workbooks
book-number = Number in the list of indicators: { $number }
book-period = Period: { $months }
book-unit = Unit: { $unit }
book-base = Divided by: { $base }
book-publisher = Published by: { $name }
book-contact = Questions: { $contact }
book-release = Release { $release }, published on { $day }
book-licence = Licence: { $licence }
book-tables = { $count ->
    [one] This workbook has one table. Marks in brackets are explained on the worksheet Notes.
   *[other] This workbook has { $count } tables, one on each worksheet. Marks in brackets are explained on the worksheet Notes.
    }
book-contents = Contents
book-sheet = Worksheet
book-list = Table
book-notes = Notes
book-mark = Mark, column or note
book-meaning = Meaning
book-marks = This worksheet has one table. Marks in brackets are explained on the worksheet Notes.
book-too-long = This list is too long for a worksheet; the CSV and Parquet files hold all of it.
book-head-mark = Mark
mark-estimated = Estimated: random numbers were added, as to every figure here
mark-exact = Exact: a count of activity, to which nothing was added; it holds nothing about a survivor
mark-unreliable = Low reliability: too uncertain for one number; use the range
mark-not-reported = Not reported: no report came from this area. It does not mean that there was no case
mark-low = Too few: the count that would be divided by is so small that chance would decide the result
mark-impossible = Not applicable: the area has no population figure of its own

# Structure for statistical offices
frequency-year = Annual
frequency-quarter = Quarterly
concept-frequency = Frequency
concept-area = Area
concept-period = Time period
concept-scheme = Concepts of the published statistics
conf-free = Free for publication
