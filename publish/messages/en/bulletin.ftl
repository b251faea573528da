# The printed bulletin
bulletin-name = Statistical bulletin
bulletin-contents = Contents
bulletin-table = Table
bulletin-findings-title = Key findings
bulletin-findings-lead = Every figure stands with a range in brackets: with a confidence of 95 % the number counted lies in it. Only what the ranges bear is said here.
bulletin-totals = What was counted in { $months }
bulletin-what = What
bulletin-since = Since { $months }
bulletin-stands-out = What stands out
bulletin-highest = By { $dimension }, “{ $group }” has the highest figure: { $figure } { $unit }.
bulletin-among-highest = By { $dimension }, { $groups } have the highest figures; their ranges do not tell which of them is higher.
bulletin-quoted = “{ $text }”
bulletin-change = { $figure } { $unit }. Since { $months }: { $change }.
bulletin-elsewhere = { $count ->
    [one] One longer list is in the data files only: { $lists }.
   *[other] { $count } longer lists are in the data files only: { $lists }.
    }
bulletin-chart = The lines show the ranges, the dots the figures.
bulletin-indicators-more = { $count ->
    [one] One indicator is also worked out by area or group: see the data files.
   *[other] { $count } indicators are also worked out by area or group: see the data files.
    }
bulletin-coverage-whole = { $count ->
    [one] One office made every report and is not listed.
   *[other] { $count } offices made every report and are not listed.
    }
bulletin-sources = { $offices ->
    [one] Files of one office had arrived when the release was made:
   *[other] Files of { $offices } offices had arrived when the release was made:
    }
bulletin-methods-title = How the figures were made
bulletin-files = All lists, also the longer ones, are on the site as CSV and JSON, with the signed release they follow from. This bulletin was printed from release { $release }.
bulletin-link = Bulletin (PDF)
bulletin-documents-title = Bulletin and certificate
bulletin-documents-lead = For printing and for the files of an office. Both say what the pages say.

# The certificate of a release
certificate-title = Certificate of release
certificate-link = Certificate
certificate-link-pdf = Certificate (PDF)
certificate-lead = { $publisher } states that the figures of this release were made and checked as follows.
certificate-figures = Figures
certificate-revision = Revision
certificate-counted-title = What was counted, and from whom
certificate-unit = Counted
certificate-how = How
certificate-offices = Offices
certificate-bound = { $bound ->
    [one] one record of a person a year
   *[other] up to { $bound } records of a person a year
    }
certificate-calibrated = up to { $bound } records of a person a year, the rest estimated
certificate-persons = each person once a year
certificate-exact = exact sum of activity, about no person
certificate-files = { $offices } ({ $files ->
    [one] one file
   *[other] { $files } files
    })
certificate-coverage-title = How complete the reports are
certificate-coverage-none = No office had a number of reports to make, so how complete they are is not known.
certificate-coverage = { $reported } of { $expected } expected reports were made, by { $count ->
    [one] one office
   *[other] { $count } offices
    }; { $whole } made every one. What was not reported is missing from the figures and does not count as zero.
certificate-guarantee-title = The promise to each person
certificate-guarantee = Random numbers were added to every count of records about persons, so that all that is published about { $year } would look nearly the same without the records of any one person: with them or without them, the chance of any result differs by a factor of at most { $factor }.
certificate-guarantee-delta = Random numbers were added to every count of records about persons, so that all that is published about { $year } would look nearly the same without the records of any one person: with them or without them, the chance of any result differs by a factor of at most { $factor }, but for a remainder of at most { $delta }.
certificate-guarantee-plain = Random numbers were added to every count of records about persons, so that all that is published about { $year } would look nearly the same without the records of any one person (ε = { $epsilon }, δ = { $delta }).
certificate-budget-title = Budget of privacy, in { $symbol } for any one person
certificate-year = Year
certificate-budget = Budget
certificate-spent = Spent
certificate-left = Left
certificate-charged = Charged by this release
certificate-charges = { $new ->
    [one] one measurement
   *[other] { $new } measurements
    }
certificate-charges-covered = { $new ->
    [0] nothing new
    [one] one measurement
   *[other] { $new } measurements
    }; { $covered } already paid
certificate-budget-note = “Spent” is what had been spent on the year when the release was made, this release included.
certificate-errors-title = Margins of error
certificate-errors-lead = How far the 95 % ranges reach from their figures at most: in the most exact list of each table, and in the least exact.
certificate-table = Table
certificate-error = Margin
certificate-half = ±{ $half }
certificate-halves = ±{ $least } to ±{ $most }
certificate-exact-error = none: exact, nothing was added
certificate-checks-title = Checks
certificate-passed = passed
certificate-failed = NOT PASSED
certificate-check-signature = the release is signed by the key named below
certificate-check-format = the release does not contradict itself
certificate-check-files = every file is unchanged since it was signed
certificate-check-unlisted = no file was added
certificate-check-rows = every file has all its lines
certificate-check-sums = every figure follows from what was measured, and all add up
certificate-check-errors = every range follows from the random numbers
certificate-check-indicators = every indicator follows from what was measured
certificate-check-exact = nothing but activity, which is about no person, is published exactly
certificate-check-charges = every measurement was paid for
certificate-check-budget = no year is overspent
certificate-seal-title = Hash and signature
certificate-seal-hash = SHA-256 of release.json
certificate-seal-signature = Signature (minisign)
certificate-seal-key = Key
certificate-seal-check = Compare the key with the one that the commission makes known elsewhere. “shumar verify” makes all these checks again.
certificate-officer-title = Responsible officer
certificate-officer-name = Name
certificate-officer-post = Designation
certificate-officer-signature = Signature and seal
certificate-officer-date = Date
