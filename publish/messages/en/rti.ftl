# Letters of the right-to-information desk
rti-number = Number: { $reference }
rti-date = Date: { $date }
rti-subject = Subject: { $subject }
rti-to = To
rti-to-blank = (name and address of the applicant)
rti-stamp = (stamp)
rti-signed = (signature)
rti-enclosures = Enclosed
rti-contact = Questions: { $contact }
rti-officer = Public Information Officer
rti-commission = the information commission set up under the Act

rti-title-acknowledgement = Your request was received
rti-title-clarification = A question about your request
rti-title-answer = Answer to your request
rti-title-part = Answer to a part of your request, and refusal of the rest
rti-title-refusal = Your request can't be granted
rti-title-not-held = The information is not held here
rti-title-extension = More time is needed for your request
rti-title-transfer = Your request was passed on
rti-title-fee = Cost of copies

rti-ack-received = Your request came in on { $date }. It is registered under the number { $reference }; please give this number whenever you write about it.
rti-ack-due = Under the { $act } it is to be answered by { $date }.
rti-ack-undated = It is dealt with under the { $act }.
rti-ack-urgent = It is treated as a request that concerns the life or liberty of a person.
rti-ack-officer = { $officer } deals with it. You will not be asked why you want to know.

rti-clarify-lead = To answer your request of { $date } we need to know more precisely what you are looking for:
rti-clarify-help = Please write to us, or come to the office; we help with the wording. If a part of the request is clear, we are working on that part meanwhile.

rti-answer-lead = You asked on { $date } for information. This is the answer under the { $act }.
rti-answer-rest = The rest of the request is answered as follows.
rti-figures = Figures
rti-from-to = { $first } to { $last }
rti-figures-of = { $title }, { $period } ({ $unit })
rti-column-estimate = Figure
rti-column-lower = At least
rti-column-upper = At most
rti-method = How the figures were obtained
rti-method-noise = The figures are statistics that the commission has published. Before publication a small random amount was added to each, so that nobody can be recognised in them. “At least” and “at most” are the margin of error: with 95 % confidence the recorded count lies between them. A figure below zero can come about by the random amount; it is shown as zero.
rti-method-random = The figures follow from statistics that the commission has published. Before publication a small random amount was added to each, so that nobody can be recognised in them.
rti-method-recorded = The figures are about events that offices have recorded, not about all that have happened.
rti-source = Source: release { $release }, SHA-256 of its document { $hash }.
rti-references = The information is published here:
rti-certificate = Certificate
rti-certified = It is certified that the information in this letter is correct.
rti-certified-section = It is certified under section { $section } of the { $act } that the information in this letter is correct.
rti-certified-recorded = The figures are the commission's published statistics; each lies within the stated margin of the recorded count with 95 % confidence.
rti-certified-counted = The figures are the commission's published statistics; each lies, with 95 % confidence, within the stated margin of what the records give when they are counted as described above.
rti-certified-some = The figures are the commission's published statistics, or worked out from them as described above; each that has a margin lies within it with 95 % confidence, and for the others no margin can be given.
rti-certified-privacy = The margin protects the women concerned, whose privacy the Act exempts from disclosure.
rti-certified-privacy-section = The margin protects the women concerned, whose privacy the Act exempts from disclosure (section { $section }).

rti-refuse-lead = You asked on { $date } for information. After examination the request is refused.
rti-refuse-part = This part of the request is refused: { $part }
rti-refuse-exception = The refusal rests on section { $section } of the { $act }: { $title }.
rti-refuse-reason = Why this applies: { $reason }
rti-refuse-under = This decision is given under section { $section } of the Act.
rti-refuse-head = It was approved beforehand in writing by the head of this body, { $name }, on { $date }, as section { $section } of the Act requires.

rti-not-held-lead = You asked on { $date } for information. This office has searched its records and does not hold it.
rti-not-held-where = We do not know of another public body that holds it.

rti-route = What you can do
rti-route-review = You may ask the head of this body to review this decision, within { $days } days of receiving it, that is by { $date } if you receive it on the day of this letter. The review is decided within { $decided } working days. You may also leave it out.
rti-route-appeal = You may go to the { $commission } within { $days } days, that is by { $date }.
rti-route-complaint = You may complain to the { $commission }. We know of no time limit for that.

rti-extend-lead = Your request of { $date } can't be answered by { $due }.
rti-extend-ground = The reason is a ground on which the { $act } allows more time: { $ground }.
rti-extend-to = You will be answered by { $date }. The time is extended only once.

rti-transfer-lead = The information that you asked for on { $date } is held by another public body: { $body }.
rti-transfer-on = We passed your request on to it on { $on }. Please write to that body about it from now on.
rti-transfer-section = This is done under section { $section } of the { $act }.

rti-fee-lead = There is no fee for a request. Copies cost what the { $act } and the schedule of costs under it say:
rti-fee-pages = Pages
rti-fee-free = Free of charge
rti-fee-rate = Rupees for each further page
rti-fee-total = To pay, in rupees
rti-fee-none = There is nothing to pay.
rti-fee-electronic = Files that are sent electronically cost nothing.
