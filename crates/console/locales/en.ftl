# Everywhere
skip = Skip to the content
nav = Main
nav-pats = My tokens
nav-inventory = Inventory
nav-policies = Policies
nav-audit = Audit
nav-leaks = Leak desk
sign-in = Sign in
sign-out = Sign out
language = Language
cancel = Cancel
service-says = The service says:
days = { $count ->
    [one] 1 day
   *[other] { $count } days
}
moment-now = now
moment-in-minutes = { $count ->
    [one] in 1 minute
   *[other] in { $count } minutes
}
moment-in-hours = { $count ->
    [one] in 1 hour
   *[other] in { $count } hours
}
moment-in-days = { $count ->
    [one] in 1 day
   *[other] in { $count } days
}
moment-ago-minutes = { $count ->
    [one] 1 minute ago
   *[other] { $count } minutes ago
}
moment-ago-hours = { $count ->
    [one] 1 hour ago
   *[other] { $count } hours ago
}
moment-ago-days = { $count ->
    [one] 1 day ago
   *[other] { $count } days ago
}

# Start page
welcome-title = Your personal access tokens
welcome-lead = See every token and when it ends, make new ones with just the scopes they need, renew, rotate and revoke them, one by one or many at once.
dev-title = This is patcycle dev
dev-what = An offline twin for working with personal access tokens: an Entra-compatible tenant, the PAT Lifecycle Management API and this console, on this computer only.
dev-people = Who can sign in
dev-passwords = Their passwords are in
dev-name = Name
dev-role = Who
dev-role-person = a person
dev-role-administrator = the organization's administrator
dev-role-mfa = a person with one-time codes
dev-cli = From a shell
dev-runs = What runs here
dev-authority = Authority
dev-reference = Reference
dev-health = Health
dev-certificate = The https addresses have a certificate of a private authority. This makes browsers of this account trust it, for localhost only:

# The list
list-title = My tokens
list-new = New token
list-search = Search name or scope
list-state = State
list-sort = Order by
list-order = Direction
list-show = Show
list-none = No token fits. Choose another state, or use fewer search words.
list-first = First page
list-next = Next page
list-left-out = { $count ->
    [one] 1 more is not shown. Narrow the search.
   *[other] { $count } more are not shown. Narrow the search.
}
state-active = active
state-expired = expired
state-revoked = revoked
state-all = all
sort-displayDate = end
sort-displayName = name
sort-status = status
order-asc = first to last
order-desc = last to first
column-name = Name
column-state = State
column-ends = Ends
column-scopes = Scopes
column-made = Made
chip-global = all organizations
chip-full = full access
standing-good = active
standing-soon = ends soon
standing-very-soon = ends very soon
standing-expired = expired
standing-revoked = revoked
timeline = What ends in the next 90 days
timeline-7 = { $count } within 7 days
timeline-30 = { $count } within 30
timeline-90 = { $count } within 90
empty-title = No active tokens
empty-what = A personal access token lets a tool act in your name, as far as its scopes reach, until it ends. Give each tool a token of its own, with only what it needs.
empty-create = Make the first one
empty-cli = Or from a shell, straight into a file:
bulk-hint = Tick tokens to act on several.
bulk-selected = Ticked:
bulk-all = All on this page
bulk-one = Tick { $name }

# What can be done
action-renew = Renew
action-rotate = Rotate
action-revoke = Revoke
action-edit = Change name and scopes
action-finish = End the old secret now
action-undo = Go back to the old secret
done-revoked = Revoked. Whatever used the token is refused from now on.
done-renewed = Renewed. The secret is the same.
done-updated = Changed. The secret is the same.
done-finished = The old secret has ended.
done-undone = The old secret is back, the new one has ended.

# New token
create-title = New token
create-submit = Make the token
field-name = Name
field-name-hint = Say where it will be used: "build server, pushes packages".
field-lifetime = Ends after
field-lifetime-hint = Short is safe; renewing and rotating are easy. Your organization's policy may shorten it.
field-ends-at = In your time zone:
field-date = on a date
field-date-label = The last day (UTC)
field-scopes = What it may do
field-scopes-hint = Choose as little as the tool needs. A scope includes the smaller ones named below it.
presets = For example:
preset-clone = clone repositories
preset-push = push code
preset-build = start builds
preset-feed-read = read package feeds
preset-feed-publish = publish packages
preset-agent = register build agents
scope-search = Search scopes
scope-none-chosen = Nothing is chosen yet.
scope-high = far-reaching
scope-includes = Includes
scope-full = Full access
scope-full-hint = Everything that you may do. Whoever finds the token may do it too. Many organizations forbid it.
field-more = More
field-global = For all organizations that you can reach
field-global-hint = Azure DevOps stops these tokens on 1 December 2026. Make one token for each organization instead.
create-no-name-title = The token has no name
create-no-name-message = You will want to know later what it is for.
create-no-name-next = Write a name.
create-no-scope-title = The token could do nothing
create-no-scope-message = No scope is chosen.
create-no-scope-next = Choose at least one, or one of the examples.
create-no-end-title = The end is not in the future
create-no-end-message = A token needs a day on which it ends, from tomorrow on.
create-no-end-next = Choose one of the lengths, or a later date.

# A new secret
secret-title = { $name }: your new secret
secret-once = This is the only time it is shown. Nobody, not even an administrator, can show it to you again.
secret-shortened = Your organization's policy shortened it: it ends on { $end }.
secret-label = Secret
secret-reveal = Reveal
secret-hide = Hide
secret-copy = Copy
secret-copied = Copied. Clear the clipboard when you have pasted it.
secret-download = Save as
download-dotenv = .env file
download-git = git credentials
download-plain = text file
secret-try = Try it
secret-try-hint = Set the variable { $variable } first, so that the secret stays out of your shell's history.
secret-stored = I have stored it
secret-leaving = The secret is not stored yet.
rotated-overlap-title = The old secret still works
rotated-overlap = Bring the new secret to where it is used. The old one ends by itself at
replaced-title = The old token still works
replaced = This service has no rotation of its own, so another token of the same kind was made. Store the new secret, then revoke the old token.
replaced-revoke = It is stored: revoke the old one

# One token
fact-reach = Good for
reach-all = all organizations of yours
fact-used = Last used
used-never = never
used-from = from
fact-id = Id
renew-what = A later end, the same secret. Nothing has to be told where it is used.
renew-for = From now on for
rotate-what = A new secret. The old one can work on while you bring the new one to where it is used.
rotate-what-replace = Another token with the same name, scopes and length of life. The old one works until you revoke it.
rotate-overlap = The old secret works on for
overlap-quarter = 15 minutes
overlap-hour = 1 hour
overlap-six-hours = 6 hours
overlap-day = 1 day
overlap-week = 7 days
edit-what = The secret stays the same.
edit-submit = Save
revoke-what = At once and for good. There is no way back.
revoke-title = Revoke
revoke-ask = Revoke { $name }?
revoke-consequence = Whatever uses this token is refused from that moment on. There is no way back.
revoke-sure = Revoke it
history = What happened
event-Token-PatCreateEvent = Made
event-Token-PatUpdateEvent = Changed
event-Token-PatRevokeEvent = Revoked
event-Token-PatSystemRevokeEvent = Revoked by the service
event-Token-PatRotateEvent = Got a new secret
event-Token-PatRotateFinishEvent = The old secret was ended
event-Token-PatRotateUndoEvent = Went back to the old secret
event-Token-PatSupersededUseEvent = A replaced secret was used, and refused
event-Token-PatExpiredEvent = Expired
event-Token-PatPublicDiscoveryEvent = Found in public
rotate-no-overlap-title = That is no length of time for the old secret
rotate-no-overlap-message = Nothing was changed.
rotate-no-overlap-next = Choose one of the lengths on the token's page.
rotate-no-lifetime-title = The token cannot be rotated
rotate-no-lifetime-message = It ends before it begins, so there is no length of life to take over.
rotate-no-lifetime-next = Make a new token instead.

# Several tokens
bulk-title-renew = Renew several tokens
bulk-title-rotate = Rotate several tokens
bulk-title-revoke = Revoke several tokens
bulk-count = { $count ->
    [one] 1 token.
   *[other] { $count } tokens.
}
bulk-what-renew = They get a later end. Their secrets stay.
bulk-what-rotate = Each gets a new secret. You get all of them in one file, once. The old ones work until then and a while longer.
bulk-what-revoke = They stop working at once and for good. There is no way back.
bulk-go-renew = Renew them
bulk-go-rotate = Rotate them
bulk-go-revoke = Revoke them
bulk-typed = To be sure, type their number: { $count }
bulk-typed-wrong = That was not the number. Nothing was revoked. There are { $count }.
bulk-none-title = No active token is ticked
bulk-none-message = Nothing was changed.
bulk-none-next = Go back to the list and tick some.
bulk-too-many-title = Too many at once
bulk-too-many-message = Nothing was changed. 500 is the most.
bulk-too-many-next = Tick fewer.
bulk-busy-title = Too much is going on
bulk-busy-message = The console works on many of these at the moment. Nothing was changed.
bulk-busy-next = Try again in a few minutes.
run-title-renew = Renewing
run-title-rotate = Rotating
run-title-revoke = Revoking
run-progress = How far it is
run-done = { $count } done.
run-failed = { $count ->
    [one] 1 failed; nothing was changed there.
   *[other] { $count } failed; nothing was changed there.
}
run-over = That is all.
run-state-waiting = waiting
run-state-done = done
run-state-failed = failed
run-secrets-title = The new secrets
run-secrets = All of them in one .env file. They are given out once: then the console forgets them. The old ones still work.
run-download = Download the .env file
run-handed-title = The new secrets were handed over
run-handed = Bring them to where they are used. If the file is lost, rotate again: the old secrets work until their overlap ends.
run-handed-over-title = The secrets were handed over before
run-handed-over-message = They are given out once, and the console has forgotten them.
run-handed-over-next = If the file is lost, rotate those tokens again. Their old secrets work until the overlap ends.
run-unknown-title = There is no such work here
run-unknown-message = It was begun in another sign-in, is long over, or the console was restarted. What was done is done.
run-unknown-next = The list shows how your tokens stand.

# Where to go from a message
step-list = To my tokens
step-pat = To the token
step-again = Try again
step-sign-in = Sign in
step-sign-in-again = Sign in with another account
step-step-up = Sign in again
step-approve = Approve for the organization (administrators)

# Forms that were sent twice
form-again-title = This was already made
form-again-message = The form was sent before. The token was made then, and its secret was shown that once. Nothing was made now.
form-again-next = If you have no copy of the secret, rotate the token: that gives a new one.
form-again-unknown-title = This form was sent before
form-again-unknown-message = Nothing was made now. What the first time made is not known here yet.
form-again-unknown-next = Look at the list. If it shows a token whose secret you do not have, rotate or revoke it.

# What did not work
failure-not-accepted-title = You are not signed in for this
failure-not-accepted-message = The service does not accept your sign-in: it has ended, or is for another account or organization.
failure-not-accepted-next = Sign in again. If that does not help, choose another account, or ask an administrator whether you belong to this organization.
failure-sign-in-refused-title = The sign-in service refuses
failure-sign-in-refused-message = A rule of your organization does not let the console act for you.
failure-sign-in-refused-next = Sign in again, and show the words below to an administrator if that does not help.
failure-sign-in-away-title = The sign-in service does not answer
failure-sign-in-away-message = The console cannot renew your sign-in. Nothing was changed.
failure-sign-in-away-next = Try again in a few minutes.
failure-refused-title = You may not do this
failure-refused-message = The service refuses it for you in this organization. Nothing was changed.
failure-refused-next = Ask an administrator of the organization.
failure-not-found-title = There is nothing here
failure-not-found-message = No token of yours has this id, or it is gone.
failure-not-found-next = Look for it in the list; revoked and expired tokens are shown when you choose that state.
failure-conflict-title = Something has changed in the meantime
failure-conflict-message = What you asked for does not fit how the token stands now. Nothing was changed.
failure-conflict-next = Look at the token again, then decide.
failure-rejected-title = The service does not take this
failure-rejected-message = Something in the request is not as the service wants it. Nothing was changed.
failure-rejected-next = Correct what the service names, and try again.
failure-throttled-title = Too many calls
failure-throttled-message = The service asks to slow down. Waiting for a while did not help.
failure-throttled-next = Try again in a few minutes.
failure-throttled-wait = { $count ->
    [one] Try again in 1 second.
   *[other] Try again in { $count } seconds.
}
failure-unavailable-title = The service has a fault
failure-unavailable-message = It answered that it cannot do this now.
failure-unavailable-next = Try again in a few minutes. After a change, look at the list first.
failure-html-title = That was a web page, not an answer
failure-html-message = Something between the console and the service answered: a proxy, or a sign-in page of the network.
failure-html-next = Try again in a few minutes. If it stays like this, show this page to whoever runs the console.
failure-unreachable-title = The service does not answer
failure-unreachable-message = The console cannot reach it.
failure-unreachable-next = Try again in a few minutes. After a change, look at the list first: it may have been done.
failure-unexpected-title = The answer makes no sense
failure-unexpected-message = The service answered in a way that the console does not know.
failure-unexpected-next = Show this page to whoever runs the console. After a change, look at the list first.
failure-domain-title = The service did not do it
failure-domain-message = It named a reason of its own. Nothing was changed.
failure-domain-next = Correct what it names, and try again.
failure-unconfirmed-unknown-title = It is not known whether the token was made
failure-unconfirmed-unknown-message = The service broke off, and its list cannot be read either.
failure-unconfirmed-unknown-next = When the service is back, look at the list. A token with this name that you did not have before has a secret that nobody holds: revoke it, and make another.
failure-unconfirmed-none-title = The token was not made
failure-unconfirmed-none-message = The service broke off, and its list shows no such token.
failure-unconfirmed-none-next = Make it again from a new form.
failure-unconfirmed-found-title = The token was probably made, without its secret
failure-unconfirmed-found-message = The service broke off, and its list shows a new token with this name. Nobody holds its secret.
failure-unconfirmed-found-next = Revoke that token, and make another from a new form.
failure-sessions-title = The console cannot work now
failure-sessions-message = It cannot read or write its sessions. Nothing was changed.
failure-sessions-next = Try again in a few minutes. If it stays like this, tell whoever runs the console.
failure-signed-out-title = You are signed out
failure-signed-out-message = Your session has ended, here or in another window. Nothing was changed.
failure-signed-out-next = Sign in, then do it again.
failure-form-foreign-title = This did not come from the console
failure-form-foreign-message = Another page tried to act in your name, or your browser hides where a form comes from. Nothing was changed.
failure-form-foreign-next = If it was you, open the page of the console again and send the form from there.
failure-form-key-title = This page is from an earlier sign-in
failure-form-key-message = You have signed in again since it was opened. Nothing was changed.
failure-form-key-next = Open the page again and do it there.
failure-form-unreadable-title = The form is incomplete
failure-form-unreadable-message = It cannot be read. Nothing was changed.
failure-form-unreadable-next = Open the page again and do it there.
failure-stale-title = Please prove that it is you
failure-stale-message = You signed in a while ago. Secrets are made, and lives of tokens extended, only shortly after a sign-in. Nothing was changed.
failure-stale-next = Sign in again; you come back to this page.
failure-state-title = This sign-in cannot be finished
failure-state-message = It was not begun in this browser, took longer than ten minutes, or was finished before.
failure-state-next = Begin again.
failure-approval-title = An administrator must approve the console first
failure-approval-message = Your organization lets people use an application only after an administrator has approved it.
failure-approval-next = Send the link below to an administrator. It asks for the permission to act in your name at Azure DevOps, and nothing else.
approved-title = The console is approved
approved-message = An administrator let the application act for the people of the organization.
approved-next = Whoever belongs to it can sign in now.
failure-consent-title = The console has no permission
failure-consent-message = You, or a rule of your organization, declined that the console acts in your name.
failure-consent-next = Sign in again and accept, if you want to use it.
failure-account-title = This account cannot sign in
failure-account-message = The sign-in service refuses the account: it is disabled, locked, or not of this organization.
failure-account-next = Sign in with another account, or ask an administrator.
failure-registration-title = The console is not set up correctly
failure-registration-message = The sign-in service does not know the console as it is registered: its id, its secret or certificate, or its redirect address.
failure-registration-next = Show this page to whoever runs the console.
failure-sign-in-title = You could not be signed in
failure-sign-in-message = The sign-in service did not let you through.
failure-sign-in-next = Try again. The words below say more.

failure-busy-title = Too many people sign in at the moment
failure-busy-message = Or somebody pretends that they do.
failure-busy-next = Try again in a minute.

failure-administrators-title = This page is for administrators
failure-administrators-message = You are not one of this organization.
failure-administrators-next = If you became one lately, sign out and in again.
failure-no-page-title = There is no such page
failure-no-page-message = The address leads nowhere.
failure-no-page-next = Begin at the list.

# Reasons that the service names
pat-error-invalidDisplayName-title = This name cannot be used
pat-error-invalidDisplayName-message = It is empty, too long, or holds characters that nobody sees.
pat-error-invalidDisplayName-next = Choose another name.
pat-error-displayNameRequired-title = The token has no name
pat-error-displayNameRequired-message = You will want to know later what it is for.
pat-error-displayNameRequired-next = Write a name.
pat-error-invalidScope-title = These scopes cannot be used
pat-error-invalidScope-message = One of them does not exist, or is not for tokens.
pat-error-invalidScope-next = Choose others.
pat-error-invalidValidTo-title = This end cannot be used
pat-error-invalidValidTo-message = It is in the past or too far ahead.
pat-error-invalidValidTo-next = Choose another date.
pat-error-authorizationNotFound-title = There is no such token
pat-error-authorizationNotFound-message = No token of yours has this id, or it was revoked.
pat-error-authorizationNotFound-next = Look for it in the list; revoked tokens are shown when you choose that state.
pat-error-globalPatPolicyViolation-title = Tokens for all organizations are not allowed
pat-error-globalPatPolicyViolation-message = A policy of your organization forbids them.
pat-error-globalPatPolicyViolation-next = Make a token for this organization only, or ask an administrator for an exception.
pat-error-globalPATCreationBlocked-title = Tokens for all organizations are not made any more
pat-error-globalPATCreationBlocked-message = The service has stopped making them.
pat-error-globalPATCreationBlocked-next = Make one token for each organization instead.
pat-error-fullScopePatPolicyViolation-title = Full access is not allowed
pat-error-fullScopePatPolicyViolation-message = A policy of your organization forbids tokens that may do everything.
pat-error-fullScopePatPolicyViolation-next = Choose the scopes that the tool needs, or ask an administrator for an exception.
pat-error-patLifespanPolicyViolation-title = It would live too long
pat-error-patLifespanPolicyViolation-message = A policy of your organization limits how long tokens live.
pat-error-patLifespanPolicyViolation-next = Choose an earlier end.
pat-error-disablePatCreationPolicyViolation-title = Tokens cannot be made here
pat-error-disablePatCreationPolicyViolation-message = A policy of your organization does not let you make or renew tokens.
pat-error-disablePatCreationPolicyViolation-next = Ask an administrator for an exception, or use the tool's sign-in with Entra where it has one.
pat-error-expiredPatCannotBeExtended-title = The token has expired
pat-error-expiredPatCannotBeExtended-message = An expired token cannot be changed any more.
pat-error-expiredPatCannotBeExtended-next = Make a new one with the same scopes.

# Administration
step-inventory = To the inventory
step-policies = To the policies
column-owner = Owner
chip-disabled = account disabled
bulk-one-of = Tick { $name } of { $owner }
inventory-title = Inventory
inventory-what = The tokens of everybody in this organization.
inventory-count = { $count ->
    [one] 1 token fits.
   *[other] { $count } tokens fit.
}
inventory-never-used = never used
inventory-unused = unused for 90 days
inventory-full = full access
inventory-global = for all organizations
inventory-left = of people whose account is disabled
inventory-unused-for = Unused for
inventory-violates = Against the policy
inventory-any = any
inventory-owner = Of one owner
inventory-conditions = Only those that are
inventory-reset = Reset
inventory-none = No token fits.
inventory-revoke-owner = Revoke everything of { $name }…
admin-revoke-title = Revoke tokens of others
admin-revoke-told = Their owners are told, with the reason that you give.
admin-revoke-owner = Everything that this person was given so far is revoked in one step: tokens, session tokens, and what an application holds in their name.
admin-revoke-reason = Reason
admin-revoke-reason-hint = It stands in the audit for good, with your name.
admin-revoke-reason-wrong = A reason is needed: a few words without line breaks. Nothing was revoked.
receipt-title = Revoked
receipt-count = { $count ->
    [one] 1 token was revoked. It is refused from now on.
   *[other] { $count } tokens were revoked. They are refused from now on.
}
receipt-stopped = The rest was not revoked. Look at the inventory, then do it again.
receipt-json = The receipt, for your records
audit-what = Who did what to which token and policy. Records are chained: none can be changed or taken out unnoticed.
audit-search = Search
audit-since = Since
audit-until = Until
audit-when = When
audit-event = What
audit-who = Who
audit-none = Nothing fits.
audit-cut = There is more. Narrow the search, or choose fewer days.
audit-verify = To prove that nothing was changed:
leaks-what = Somebody found a token where it must not be? Paste it here: you learn whose it is, and can end it. What you paste is neither kept nor shown again.
leaks-tokens = What was found
leaks-tokens-hint = One a line, at most { $count }. What is written around it, as PAT=, is passed over.
leaks-place = Where it was found
leaks-look-up = Look up
leaks-found = What it is
leaks-line = Line { $count }:
leaks-unknown = no token of this organization.
leaks-works = works
leaks-dead = does not work
leaks-revoke = Revoke { $name } now
leaks-none = Paste at least one token.
leaks-too-many = Those were too many at once.
leaks-revoked = Revoked. It is refused from now on, and its owner is told.
policies-what = What holds for the tokens of this organization. Try a change before you make it.
policy-on = on
policy-off = off
policy-default = (by default)
policy-as-default = as by default
policy-value = The policy is
policy-days = Longest life in days
policy-hours = Oldest sign-in in hours
policy-packaging = Tokens with packaging scopes alone are free of it
policy-allow-list = The list below counts
policy-allowed = Who is free of it
policy-allowed-hint = One a line: the object id of a person or a group, then a name for people.
policy-rehearse = Try it first
policy-save = Save
policy-saved = Saved. It holds from now on.
policy-changed = Somebody changed this policy after the page was opened. Nothing was saved. What is filled in is yours; look at the policy, then save again.
policy-wrong-value = Choose whether the policy is on or off. Nothing was saved.
policy-wrong-days = The longest life is a whole number of days from 1 to 366. Nothing was saved.
policy-wrong-hours = The oldest sign-in is a whole number of hours from 1 to 8784. Nothing was saved.
policy-wrong-allowed = Each line begins with an object id, as 11111111-2222-3333-4444-555555555555. Nothing was saved.
policy-unknown-title = There is no such policy
policy-unknown-message = Its name is not known here.
policy-unknown-next = Choose one from the list.
policy-restrict-global-pats = No tokens for all organizations
policy-restrict-full-scope = No full access
policy-maximum-lifespan = Longest life
policy-revoke-leaked = Revoke what leaks
policy-restrict-organization-creation = No new organizations
policy-restrict-pat-creation = No new tokens
policy-block-global-creation = No new tokens for all organizations
policy-retire-global-pats = Tokens for all organizations stop working
policy-maximum-sign-in-age = Tokens are made, rotated and extended only soon after a sign-in
policy-what-restrict-global-pats = Tokens for all organizations cannot be made or renewed.
policy-what-restrict-full-scope = Tokens with full access cannot be made or renewed.
policy-what-maximum-lifespan = Ends of tokens are cut to a number of days.
policy-what-revoke-leaked = A token that is found in public is revoked at once.
policy-what-restrict-organization-creation = Organizations come from the configuration alone; this is fixed.
policy-what-restrict-pat-creation = Tokens cannot be made or renewed; those for all organizations cannot be used.
policy-what-block-global-creation = Tokens for all organizations are a thing of the past: none is made.
policy-what-retire-global-pats = Tokens for all organizations are refused.
policy-what-maximum-sign-in-age = Whoever makes, rotates or extends a token must have signed in within a number of hours.
rehearsal-title = What it would do
rehearsal-examined = { $count ->
    [one] 1 token works today.
   *[other] { $count } tokens work today.
}
rehearsal-pats = { $count ->
    [one] The policy would have something against 1 of them.
   *[other] The policy would have something against { $count } of them.
}
rehearsal-uses = { $count ->
    [one] 1 would stop working.
   *[other] { $count } would stop working.
}
rehearsal-used = { $count ->
    [one] 1 of these was used in the last 30 days.
   *[other] { $count } of these were used in the last 30 days.
}
rehearsal-nothing-changed = Nothing was changed.
rehearsal-refuses = What would be refused
rehearsal-creation = that it was made
rehearsal-renewal = renewing
rehearsal-lifespan = its long life
rehearsal-use = using it
rehearsal-unused = not in the last 30 days

# What the policies leave
limits-refused = A policy of your organization does not let you make or renew tokens. Ask an administrator for an exception.
limits-packaging = A policy of your organization lets you make tokens with packaging scopes only.
limits-lifespan = { $count ->
    [one] Your organization lets tokens live for 1 day at most.
   *[other] Your organization lets tokens live for { $count } days at most.
}
limits-full = Your organization forbids it.
limits-global = Your organization forbids it.
