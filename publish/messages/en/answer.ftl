# How an answer was found
answer-published = From release { $release }: the published table “{ $table }”, { $times }, as it stands there.
answer-summed = From release { $release }: estimated counts by { $dimensions }, { $times }, added up.
answer-summed-total = From release { $release }: the estimated total, { $times }.
answer-weighed = From release { $release }: estimated counts by { $dimensions }, { $times }, weighed with those of the other releases so that the error is least.
answer-worked = From release { $release }: worked out from its estimated counts, { $times }.
answer-free = Nothing was counted anew for this answer: every figure follows from what was published before, and the protection of the persons concerned is as it was.
answer-recorded = The figures are of all recorded events.
answer-bounded = Of each person only so many records of a year are counted as the release states, so the number of recorded events can be larger.
answer-withheld = A dash stands where there are too few records to tell the figure.
answer-year = Year
answer-quarter = Quarter
answer-interval = Each figure is an estimate with its range: the number counted lies in it with a confidence of 95 %.

# Why there is none, and what could be asked instead
refused-measure = Nothing is published under the name “{ $asked }”.
refused-dimension = “{ $measure }” is not counted by “{ $asked }”. The commission publishes nothing about smaller areas or finer groups than those of its tables.
refused-code = “{ $asked }” is not one of the groups that are counted.
refused-period = Nothing is published for { $times } yet.
refused-years = The period { $times } does not consist of whole years.
refused-cross = The combination of { $dimensions } was not measured.
refused-unworkable = “{ $measure }” can't be worked out for this selection from what is published.
refused-large = The question is about too many figures at once. Ask for fewer areas or groups.
refused-release = A published release can't be used; the commission must be told.
instead-names = There is: { $names }.
instead-periods = There are figures for { $times }.
instead-crosses = It is published by: { $crosses }.
cross-of = { $first } × { $second }
