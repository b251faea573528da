# The rules: what each means, and what to do. Technical names stand between backticks.
rule-row-shape = The row has more or fewer cells than the header.
    .do = Give the row as many cells as the header has; look for a stray comma or quotation mark.
rule-text-invalid = The cell holds text that can't be read, or an error of the spreadsheet.
    .do = Type the cell again and save a text file as UTF-8; or ask the commission to set `encoding` in `shumar.toml`.
rule-required-blank = A cell that every record needs is blank.
    .do = Fill the cell; the record can't be counted without it.
rule-code-unknown = The word in the cell is not on the list of this field.
    .do = Correct the word; or ask the commission to add it under `codes` in `shumar.toml`.
rule-code-ambiguous = The word in the cell fits more than one code.
    .do = Write the code itself; or ask the commission to say under `codes` in `shumar.toml` which code is meant.
rule-area-outside-scope = The area is not one that this commission counts.
    .do = Check the area; if it is right, the record belongs to another commission.
rule-date-unreadable = The date is not written in an agreed form.
    .do = Write the date in the agreed form; or ask the commission to add this form to `date_formats` in `shumar.toml`.
rule-date-out-of-range = The date is before 1947 or after today.
    .do = Correct the date, above all its year.
rule-number-unreadable = The cell does not hold a whole number.
    .do = Write a whole number with digits only.
rule-number-out-of-range = The number is smaller or larger than this field allows.
    .do = Check the number and correct it.
rule-number-imprecise = The long number was stored as a number, so the spreadsheet has lost its last digits.
    .do = Format the column as text and enter the long number again.
rule-boolean-unreadable = The cell says neither yes nor no.
    .do = Write yes or no; or ask the commission to add the word under `codes` or `null_words` in `shumar.toml`.
rule-record-key-blank = All columns by which the record is known are blank.
    .do = Fill the columns by which the record is known, such as its number.
rule-record-key-conflict = Rows of one record differ in this field.
    .do = Make the rows of the record agree in this field.
rule-record-key-changed = The record was sent before with other content.
    .do = Ask the commission before correcting it; the record that was sent first stands.
rule-date-ambiguous = The date does not show whether the day or the month comes first.
    .do = Ask the commission to say in `date_formats` of `shumar.toml` which comes first; or write the month as a word.
rule-date-hijri = The date is one of the Hijri calendar.
    .do = Write the date in the Gregorian calendar.
rule-header-repeated = The header stands once more among the records.
    .do = Nothing need be done; the row is no record.
rule-total-row = The row is a total of the sheet.
    .do = Nothing need be done; the row is no record.
rule-fields-contradict = Cells of this row contradict each other.
    .do = Correct the cells that contradict each other.
rule-id-identity-number = The cell looks like an identity number.
    .do = Take identity numbers out of the file; if the column holds random codes, ask the commission to name it under `tokens` in `shumar.toml`.
rule-id-phone = The cell looks like a telephone number.
    .do = Take telephone numbers out of the file; if the column holds random codes, ask the commission to name it under `tokens` in `shumar.toml`.
rule-id-email = The cell looks like an e-mail address.
    .do = Take e-mail addresses out of the file.
rule-id-web-address = The cell looks like a web address or the name of an account.
    .do = Take web addresses and names of accounts out of the file.
rule-id-passport = The cell looks like a passport number.
    .do = Take passport numbers out of the file; if the column holds random codes, ask the commission to name it under `tokens` in `shumar.toml`.
rule-id-bank-account = The cell looks like the number of a bank account.
    .do = Take bank accounts out of the file.
rule-id-police-report = The cell looks like the number of a police report.
    .do = Take numbers of police reports out of the file; if the record is known by them, ask the commission to name the column under `tokens` in `shumar.toml`.
rule-id-police-station = The cell names a police station.
    .do = Take names of police stations out of the file.
rule-id-case-number = The cell looks like the number of a court or medical case.
    .do = Take case numbers out of the file; if the record is known by them, ask the commission to name the column under `tokens` in `shumar.toml`.
rule-id-full-date = The cell holds a whole date where none may stand.
    .do = Take whole dates out of this column.
rule-id-coordinates = The cell looks like coordinates of a place.
    .do = Take coordinates out of the file.
rule-id-digest = The cell looks like a digest of an identity number, which can be guessed.
    .do = Send keyed tokens, made with `shumar pseudonymise`; if these are random codes, ask the commission to name the column under `tokens` in `shumar.toml`.
rule-id-address = The cell looks like a postal address.
    .do = Take addresses out of the file.
rule-id-relation = The cell says whose daughter, son or wife somebody is.
    .do = Take names of relatives out of the file.
rule-id-name = The cell looks like a person's name.
    .do = Take names of persons out of the file.
rule-id-free-text = The cell holds running text, longer than any code.
    .do = Take running text out of the file.
rule-id-binary = The cell holds an attachment or an image.
    .do = Take attachments and images out of the file.

# Why a whole file is refused, and what to do.
refusal-open = The file can't be opened or read.
    .do = Check that the file is there and not open in another program, then try again.
refusal-format = The file is not what its name says, or it is damaged or locked with a password.
    .do = Open it in the program it was made with, save it again without a password, and send it once more.
refusal-sheet = The sheet with the records is not there, is hidden, or is not the only one.
    .do = Leave one visible sheet with the records; or ask the commission to name it under `sheet` in `shumar.toml`.
refusal-header = The columns of the file are not the agreed ones.
    .do = Give the columns their agreed headings and take other columns out; or ask the commission to map or `drop` each column in `shumar.toml`.
refusal-nothing-accepted = Every row of the file was rejected.
    .do = Begin with the rule that rejects the most rows: one mistake is often the reason for all. Correct the file, or ask the commission to correct `shumar.toml`.
refusal-identifying = Too many rows look as if they identify persons, so the whole file was refused.
    .do = Take names, numbers and addresses out at the office (`shumar pseudonymise`), and send the file again. If a column holds random codes that only look so, name it under `tokens` in the mapping.
refusal-no-rows = The file holds no row below its header.
    .do = Check that it is the right file; or ask the commission to check `header_row` and `sheet` in `shumar.toml`.
refusal-settings = The settings of the commission do not fit together.
    .do = The office need do nothing: the commission corrects its settings and reads the file again.
refusal-key = The key of the commission can't be used.
    .do = The office need do nothing: the commission restores its key from the backup and reads the file again.
refusal-places = A part of the register of persons' places is missing or damaged, so nothing was taken in.
    .do = Restore `lake/` together with `shumar.db` from the backup of the same moment.
refusal-batch = The batch can't be withdrawn or replaced.
    .do = Look at the list of batches with `shumar batches`.
refusal-twin = The file is the same as another one that was refused.
    .do = Correct one of the two and remove the other.
refusal-busy = Another process is changing the store of records.
    .do = Wait until it has finished, and try again.
refusal-withheld = The program failed, so nothing was taken in. What it was about is not told, because it could name a person.
    .do = Report the failure to those who look after the program; the file stays where it is.
refusal-content = The file is not what its name says.
    .do = Save it again in the format of its ending, or rename it, and send it again.
refusal-unfit = The file does not fit the office's mapping for pseudonyms, or the mapping itself is wrong.
    .do = Correct the mapping, or the file, as told here.
refusal-write = A file can't be written, so nothing was taken in.
    .do = Check the disk's space and the folder's permissions, then run the command again.
refusal-lake = The store of records can't be written, so nothing was taken in.
    .do = Check the disk's space and the folder's permissions, then run the command again.
refusal-register = The register `shumar.db` can't be used, so nothing was taken in.
    .do = Check that no other program uses it and that the disk has space, then run the command again.

# What a rejection is about, when it is no field of the record
place-row = The whole row
place-record-key = Record key

# The report
report-title = Report on a file of records
report-other = اردو میں پڑھیں
report-private = This report never shows what a cell holds. When you ask about a row, give its number, never its content.
fact-provider = Office
fact-kind = Kind of record
fact-file = File
fact-batch = Batch
fact-made = Report made on
fact-sha256 = Fingerprint (SHA-256)
state-landed = The file was taken in, except { $rejected ->
    [one] { $rejected } row that was
   *[other] { $rejected } rows that were
    } rejected.
state-whole = The file was taken in without a rejected row.
state-checked = The file was checked only; nothing of it was taken in. If it were sent now, { $rejected ->
    [0] no row would be rejected.
    [one] { $rejected } row would be rejected.
   *[other] { $rejected } rows would be rejected.
    }
state-refused = The file was refused; nothing of it was taken in.
account-title = Every row is accounted for
account-rows = Rows
account-accepted = Accepted
account-accepted-more = became records
account-folded = Folded
account-folded-more = repeat a record that is there already
account-rejected = Rejected
account-rejected-more = were left out
account-line = { $rows } rows = { $accepted } accepted + { $folded } folded + { $rejected } rejected
account-origin = provider { $provider }, kind { $kind }
refusal-title = Why it was refused
refusal-particulars = In particular:
notes-title = What else was noticed
note = note
note-no-record-key = The mapping names no `record_key`: every row counts as a record of its own.
rules-title = What is wrong, and what to do
column-rows = Rows
column-sheet = Sheet
column-row = Row
column-field = Field
column-rule = Rule
column-means = What is wrong
column-do = What to do
rows-title = The rejected rows
rows-lead = Rows are numbered as the spreadsheet or a text editor numbers them.
rows-first = Only the first { $shown } of { $all } rejected rows stand here; the CSV file beside this report lists all of them.
rows-first-terminal = First rejected rows (values are never shown)
next-title = What to do next
next-corrected-key = Correct the rejected rows in your file and send it again. Rows that were taken in already are recognised and not counted twice.
next-corrected-alone = Send only the corrected rows, in a new file with the same header. Rows that are sent twice would be counted twice.
next-checked = Correct the rows named here before you send the file.
next-refused = Correct the file as said above and send it again.
next-table = For a list that can be filtered, open the CSV file beside this report in a spreadsheet program.
next-ask = If a rule is not clear, ask the commission and name the row and the rule.
already = The file is batch { $batch } already; ingest would change nothing.
report-written = The reports `{ $table }` and `{ $page }` were written.
report-written-page = The report `{ $page }` was written.
refused-file = `{ $file }` was refused; nothing of it was taken in.
total-landed = { $files ->
    [one] { $files } file landed:
   *[other] { $files } files landed:
    } { $sum }.
total-already = { $files ->
    [one] { $files } file was in the lake already.
   *[other] { $files } files were in the lake already.
    }
total-refused = { $files ->
    [one] { $files } file was refused and stays where it is.
   *[other] { $files } files were refused and stay where they are.
    }
total-rejected = Rejected rows are listed in `rejects/`.
nothing-waits = No file waits in the inbox.

# Remarks about a batch.
note-hidden-sheets = { $count } hidden sheet(s) were not read
note-other-sheets = { $count } other visible sheet(s) were not read
note-blank-sheet = sheet { $sheet } is blank
note-merged-unseen = merged cells are not seen in this format: the value counts for the first row only; save as .xlsx if there are any
note-total = the sheet's own total in row { $row } says a different number of rows than were read
note-total-of-sheet = the sheet's own total in row { $row } of sheet { $sheet } says a different number of rows than were read
note-doubt = { $rows } row(s): { $title } ({ $check })
drift-blanks = `{ $field }` is blank in { $now } % of the records, in earlier files in { $before } %
drift-rejected = { $now } % of the rows are rejected, in earlier files { $before } %
drift-few-rows = about { $now } records a month, usually about { $before }: is the file complete?
drift-many-rows = about { $now } records a month, usually about { $before }: are rows repeated?
drift-months-missing = no record of { $months }: is a file missing?
drift-areas-missing = no record of { $areas } area(s) that usually have some
