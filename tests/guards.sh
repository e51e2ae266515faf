#!/usr/bin/env bash
# Shows that the models can fail: takes out one guard of the sessions and of the key ring after the other, in a copy of
# the tree, and wants a counterexample each time: of `tests/model` (concurrent requests), of `tests/model_stored` (sessions
# in a store), of `tests/model_sign_ins` (sign-ins and their ends), or of `tests/keyring/fleet.rs` (a fleet and its operator).
#
#   tests/guards.sh          every guard
#   tests/guards.sh WORD     those whose name, or whose model (sessions, stored, sign_ins, fleet), has the word
#
# A guard is a piece of source text, in whichever file, and what takes its place. It must be there exactly once: where it is
# not, the list is out of date, and that is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

only=${1:-}
# Each has a copy of the tree: a compiler is busy with one core for most of the time.
workers=$(nproc)
[ "$workers" -le 4 ] || workers=4
trees=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$trees"' EXIT
mkdir "$trees/1"
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$trees/1"

export CARGO_INCREMENTAL=1 CARGO_PROFILE_DEV_DEBUG=0 RUST_BACKTRACE=0
# Most need few; for some guards the story that needs them is one in thousands. The same stories each time, so that what is
# found once is found again: for new ones give another seed.
export PROPTEST_CASES=${PROPTEST_CASES:-40000} PROPTEST_RNG_SEED=${PROPTEST_RNG_SEED:-1}
# A counterexample need not be a short one here.
export PROPTEST_MAX_SHRINK_ITERS=${PROPTEST_MAX_SHRINK_ITERS:-32}
# A story takes a fifth of the time where the ciphers are optimized.
optimized=(--config 'profile.dev.package."*".opt-level=2')
seen=0
taken=0

fail() {
    printf '\n%s\n' "$1" >&2
    [ ! -s "$out" ] || tail -n 40 "$out" >&2
    exit 1
}

run() {
    cargo test "${optimized[@]}" --quiet --locked --package gingersnap "${tests[@]}" >"$out" 2>&1
}

# model NAME ARGUMENT...: the tests that must fail from here on
model() {
    model=$1 tests=("${@:2}") runs_whole=
}

# place OLD: the one source file that has the text
place() {
    local file text found=
    while IFS= read -r -d '' file; do
        text=$(<"$file")
        [[ $text == *"$1"* ]] || continue
        [ -z "$found" ] || fail "in $found and in $file: $1"
        found=$file
    done < <(find src crates/*/src -name '*.rs' -print0)
    [ -n "$found" ] || fail "nowhere: $1"
    printf '%s' "$found"
}

# guard NAME OLD NEW [SEED]: a seed near which a story that needs the guard was found, if that took very many
guard() {
    local name=$1 old=$2 new=$3 seed=${4:-$PROPTEST_RNG_SEED} file text rest told
    [[ "$model: $name" == *"$only"* ]] || return 0
    seen=$((seen + 1))
    [ $((seen % workers + 1)) = "$worker" ] || return 0
    [ -n "$runs_whole" ] || PROPTEST_CASES=1 run || fail "the model fails as the code is: $model"
    runs_whole=yes
    file=$(place "$old") || exit 1
    text=$(cat "$file"; printf x)
    text=${text%x}
    rest=${text#*"$old"}
    [[ $rest != *"$old"* ]] || fail "$name: more than once in $file: $old"
    printf '%s' "${text/"$old"/"$new"}" >"$file"
    if PROPTEST_RNG_SEED=$seed run; then fail "$name: nothing fails without it"; fi
    told=$(grep -m 1 '^wrong: ' "$out") || fail "$name: no counterexample"
    printf '%-50s %s\n' "$name" "${told#wrong: }"
    printf '%s' "$text" >"$file"
    taken=$((taken + 1))
}

guards() {
model sessions --test model

guard "a person's data opens for them alone" \
    'let theirs = self.accepted.iter().filter(|it| it.claims.owner == owner);' \
    'let theirs = self.accepted.iter().filter(|it| it.claims.owner.is_some() == owner.is_some());'
guard "everybody is a person of their own" \
    'ring.person(&self.audience, &self.name, subject)' 'ring.person(&self.audience, "", "")'
guard "one's own comes before a guest's" \
    'Ok(true) => return Source::Own,' 'Ok(true) if self.guests(who) != Ok(true) => return Source::Own,'
guard "no guest's beside one's own that cannot be read" \
    'Err(refusal) if blocks(refusal) => return Source::Refused(refusal),' \
    'Err(refusal) if false => return Source::Refused(refusal),'
guard "a guest's that cannot be read is waited for" \
    'Err(refusal) if owner.is_none() || blocks(refusal) => Source::Refused(refusal),' \
    $'Err(_) if owner.is_some() => Source::Fresh,\n            Err(refusal) => Source::Refused(refusal),'
guard "nothing is shown under an unsettled identity" \
    $'Ok(owner) => owner,\n            Err(refusal) => return Source::Refused(refusal),' \
    $'Ok(owner) => owner,\n            Err(_) => None,'
guard "an unsettled identity is not nobody" \
    $'Some(refusal) => Err(refusal),\n            None => Ok(self.current' 'Some(_) | None => Ok(self.current'
guard "what cannot be read is not written over" \
    '&& (blocks(refusal) && (who.owner().is_some() || refusal.is_unsettled()))' '&& (blocks(refusal) && false)'
guard "a read seals nothing" \
    $'if !live.origin().is_borrowed() {\n            return Ok(None);\n        }\n        let changed = self.changed(live, who, goes)?;' \
    $'let changed = Some(self.encoded(live, who, goes)?);'
guard "save seals what the browser does not have" \
    'matches!(self.source, Source::Guest | Source::Own | Source::Saved)' 'true'
guard "what was shown of a guest's is gone with it" \
    'let is_theirs = origin.is_borrowed() || !(origin.is_guests() || origin.refused().is_some());' \
    'let is_theirs = origin.is_borrowed() || origin.refused().is_none();'
guard "a person's write removes the guest's" \
    'let ends = self.is_guest_gone || writes_own ||' 'let ends = self.is_guest_gone ||'
guard "sealed_at never falls" \
    'replaces.map_or(goes, |replaced| replaced.max(goes))' 'goes'
guard "a token in the place of another is no older" \
    '.map(|(_, sealed_at, _)| sealed_at).max(replaced);' '.map(|(_, sealed_at, _)| sealed_at);'
guard "an identity takes the time of the one before" \
    'draft(settings, goes, self.brought().map(|it| it.sealed_at), facts)' 'draft(settings, goes, None, facts)'
guard "activity takes the time of the one before" \
    'before: seen.filter(|_| !ahead)' 'before: seen.filter(|_| false)'
guard "the latest of several wins" \
    'theirs.rev().max_by(|one, other| rank(one).cmp(&rank(other)))' 'theirs.rev().min_by(|one, other| rank(one).cmp(&rank(other)))'
guard "destroy leaves another person's" \
    $'self.own(person, who) != Ok(false)\n        });' $'self.own(person, who).is_ok()\n        });'
guard "destroy leaves all while it is open who is there" \
    'self.is_guest_gone |= who.person.is_ok();' 'self.is_guest_gone = true;'
guard "destroy removes a guest's beside one's own" \
    'self.is_guest_gone |= who.person.is_ok();' 'self.is_guest_gone |= who.person == Ok(None);'
guard "a borrow after a verb is of who is there then" \
    $'if !who.is_still_there(&live.origin) {\n            let left' $'if false {\n            let left'
guard "a parked session is of who is there now" \
    'self.parked.as_ref().is_some_and(|live| !who.is_still_there(live.origin()))' \
    'self.parked.as_ref().is_some_and(|_| false)'
guard "save tells of a change that is lost" \
    $'if !who.is_still_there(&live.origin) {\n            self.leave(live, who, &mut Adoption::default())?;' \
    $'if !who.is_still_there(&live.origin) {\n            self.leave(live, who, &mut Adoption::default()).unwrap_or_default();'
guard "a guest's change is adopted" \
    '_ if adopts && live.origin().owner.is_none() =>' '_ if false =>'
guard "the least important gives way" \
    'let turns = matches!(change, Some(Change::SignedIn | Change::SignedOut));' 'let turns = false;'
guard "what was saved for somebody else is not sent" \
    'Some(person) => token.claims.owner == owner && !who.identity.signed_out_since(person, *era),' \
    'Some(person) => token.claims.owner.is_some() && !who.identity.signed_out_since(person, *era),'
guard "what a guest saved is not a guest's after a verb" \
    'None => token.claims.owner.is_none() && *era == who.era,' 'None => token.claims.owner.is_none(),'
guard "saved under a sign-in that is not sent" \
    '.filter(|(.., token)| token.claims.owner == brought)?' \
    '.filter(|(.., token)| token.claims.owner == brought || true)?'
guard "a sign-in adopts" \
    'slot.adopt(None, who, &mut report).unwrap_or_default();' ''
guard "another's sign-in takes the guest's away" \
    $'self.current.as_ref().is_some_and(|current| current.person != person)\n            ||' $'false\n            ||'
guard "an unsettled sign-in takes the guest's away" \
    '|| (self.left != Some(person) && self.refusal.is_some_and(is_maybe_ours))' ''
guard "who is known though unsettled adopts" \
    '(self.left != Some(person) && self.refusal' '(self.refusal'
guard "conflicting identities take the guest's away" \
    '|| matches!(refusal, Refusal::Conflict | Refusal::TooManyCookies)' ''
guard "nothing is adopted beside what cannot be read" \
    'Err(refusal) if blocks(refusal) => return Joined::Later(refusal),' 'Err(_) => return Joined::Alone,'
guard "one's own is not written over by a guest's" \
    $'Ok(true) => {}\n            Err(refusal) if' $'Ok(true) => return Joined::Alone,\n            Err(refusal) if'
guard "a guest's that does not merge goes" \
    $'report.removed.push(name);\n                self.is_guest_gone = true;' 'report.removed.push(name);'
guard "an adoption is theirs who were signed in" \
    'self.adopted.as_deref().filter(|it| it.claims.owner == Some(person))' \
    'self.adopted.as_deref().filter(|_| person == person)'
guard "a sign-out takes what was adopted" \
    $'who.owner().filter(|person| !who.identity.signed_out(*person))?;\n        self.adopted' \
    $'who.owner()?;\n        self.adopted'
guard "a sign-out takes the guest's" \
    $'self.guests = Guests::Gone;\n        self.is_alone = false;' 'self.is_alone = false;'
guard "a sign-out takes a person's" \
    'self.signed_out.extend(person.map(|person| (person, era)));' ''
guard "a sign-out takes that of who timed out" \
    'let left = self.left.filter(|_| self.change.is_none());' 'let left = None;'
guard "a sign-out leaves that of who left before" \
    'let left = self.left.filter(|_| self.change.is_none());' 'let left = self.left;'
guard "a sign-out takes what cannot be read" \
    'self.own.refused().is_some_and(blocks) ||' 'false ||'
guard "a sign-out of nobody knows whom takes all" \
    'self.anybody_out = Some(era);' ''
guard "a sign-out takes what was saved before it" \
    'Some(person) => token.claims.owner == owner && !who.identity.signed_out_since(person, *era),' \
    'Some(_) => token.claims.owner == owner,'
guard "a sign-out leaves what was saved after it" \
    'self.anybody_out.is_some_and(|at| at > era)' 'self.anybody_out.is_some()' 915
guard "a sign-out takes the messages" \
    'self.retain(|owner| owner.is_some_and(|person| !identity.signed_out(person)));' ''
guard "a sign-out goes out with 5xx" \
    'let ends = state.identity.is_signed_out();' 'let ends = false;'
guard "a sign-out goes out with a failed commit" \
    $'failed(error, response);\n    send_rest(exchange, response);' \
    $'failed(error, response);\n    send(exchange, response, Fields::new());'
guard "an identity that no verb touched is not written" \
    $'if self.change.is_none() {\n            return Ok(());' \
    $'if self.change.is_none() && self.current.is_none() {\n            return Ok(());'
guard "nothing changes after the head" \
    'if state.phase == Phase::Closed { Err(SessionError::HeadSent) } else { Ok(state) }' 'Ok(state)'
guard "5xx stores nothing" \
    'status.as_u16() >= 500' 'status.as_u16() >= 600'
guard "408 stores nothing" \
    ' || status == StatusCode::REQUEST_TIMEOUT' ''
guard "two identities are none" \
    'Some(best) if best.claims.session_id != next.claims.session_id => return Err(Refusal::Conflict),' ''
guard "an idle age that equals its limit is over it" \
    'at.age_at(request.came) >= idle' 'at.age_at(request.came) > idle'
guard "an absolute age that equals its limit is over it" \
    'if next.claims.end(policy) <= request.came {' 'if next.claims.end(policy) < request.came {'
guard "a guest's data ends when its age equals the limit" \
    'from.plus(seconds) <= request.came' 'from.plus(seconds) < request.came'
guard "a guest's data has a lifetime of its own" \
    'it.lasting.or((!it.is_browsers).then(|| self.policy.absolute()))' 'Some(self.policy.absolute())'
guard "who is remembered and does not come is out" \
    'if self.remembers(remembered) { self.remember_idle } else { self.idle_timeout }' \
    'if self.remembers(remembered) { None } else { self.idle_timeout }'
guard "a sign-in ends as of its day" \
    'ends_at.min(started_at.plus(limit))' 'started_at.plus(limit)'
guard "a shorter policy acts at once" \
    'ends_at.min(started_at.plus(limit))' 'ends_at'
guard "activity is that of one session id" \
    'next.claims.session_id == session_id && is_newer' 'is_newer'
guard "what is passive is no activity" \
    'seen.is_due && !self.is_passive' 'seen.is_due'
guard "nobody gets another's identity" \
    'exchange.is_foreign_identity(field)' 'false && exchange.is_foreign_identity(field)'
guard "a person's messages are shown to them alone" \
    'owner.is_none() || owner == who' \
    'owner.is_none() || who.is_some()'
guard "a message is whose it was when it was pushed" \
    $'let who = self.person(settings);\n        self.flash.add' $'let who = None;\n        self.flash.add'
guard "messages go where the guest's data goes" \
    'state.flash.follow_guests(guests);' ''
guard "a retiring key opens" \
    'at.plus(self.longest_session).plus(SKEW)' 'at.plus(SKEW)'
guard "what a ring may lag behind is unsettled" \
    'freshness.is_some_and(may_be_newer)' 'false'
guard "a ring may lag behind for so long and no longer" \
    'now < sealed_at.plus(self.lag)' 'true'
guard "a clock may be ahead by a minute" \
    'self.sealed_at > now.plus(SKEW)' 'self.sealed_at > now'

model stored --test model_stored

guard "once in the store a session stays there" \
    'if row.is_none() && !data.place.is_store() {' 'if !data.place.is_store() {'
guard "what does not fit its cookie goes to the store" \
    'Err(SessionError::DoesNotFit(_)) if draft.spill(settings)? => {}' 'Err(SessionError::DoesNotFit(_)) if false => {}'
guard "where all is stored an old cookie is dead" \
    'Ok(_) if place.refuses_cookie(sealed_at) => return Err(Refusal::NotInStore),' ''
guard "what was in cookies before a move is taken" \
    'Self::StoreSince(end) => sealed_at >= end,' 'Self::StoreSince(_) => true,'
guard "a record opens in its own row alone" \
    'settings.aad_at_rest(Kind::StoreRecord, tag, id.to_bytes())' \
    'settings.aad_at_rest(Kind::StoreRecord, tag, id.to_bytes().map(|_| 0))'
guard "a row's version is the one in its seal" \
    'if claims.generation != record.version {' 'if false {'
guard "a change is merged with the newest" \
    'let merges = merges.unwrap_or(true);' 'let merges = merges.unwrap_or(true) && change.is_some();'
guard "a merge starts from what was loaded" \
    'Some((base, versioned(&newest)))' 'Some((versioned(&newest), versioned(&newest))).filter(|_| base.0 > 0)'
guard "a change merges with nobody else's" \
    'if Some(claims.owner) != owner || !who.is_still_there(origin) {' 'if !who.is_still_there(origin) {' 13000
guard "a change that does not merge is told" \
    $'if !is_safe {\n                return Err(SessionError::Conflict);\n            }' ''
guard "a request that only reads gives way" \
    $'if !is_safe {\n                return Err(SessionError::Conflict);' \
    $'if true {\n                return Err(SessionError::Conflict);'
guard "what is gone is not made anew" \
    $'if self.is_overtaken(origin) {\n            return Err' $'if false {\n            return Err' 10000
guard "a save that does not merge is over" \
    'Arc::make_mut(live).origin.source = Source::Overtaken;' ''
guard "commit takes the newest as it is" \
    'self.go_on(index, id, live, Slot::take_newest).await?;' 'self.go_on(index, id, live, Slot::merge).await?;'
guard "a commit stores what is pending first" \
    $'if live.origin.is_borrowed() {\n            self.save(index, live).await?;\n        }' '' 13000
guard "a lost answer is recognized by our own bytes" \
    'Ok((Some(found), time)) if found == *ours => Ok((Applied::Done, time)),' 'Ok((Some(found), time)) if false && found == *ours => Ok((Applied::Done, time)),'
guard "no answer is no success" \
    'Ok((Some(found), time)) if found == *ours => Ok((Applied::Done, time)),' 'Ok((Some(_), time)) => Ok((Applied::Done, time)),'
guard "a write is carried through without its client" \
    $'    store.spawn(Box::pin(async move { teller.tell(applied(&*own, &operations).await) }));\n    let dropped' \
    $'    let work = async move { teller.tell(applied(&*own, &operations).await) };\n    let told = async move {\n        work.await;\n        told.await\n    };\n    let dropped'
guard "an adopted row is hers" \
    '(self.goes(), home.claims.generation, home.claims.owner);' '(self.goes(), home.claims.generation, None);'
guard "the pointer to an adopted row moves to her cookie" \
    $'|| owner != claims.owner\n                || row.is_under_guests == claims.owner.is_some()\n' ''
guard "a sign-in loads what it may adopt" \
    'self.load_wanted(store, index, Slot::wanted_by_anybody).await?;' ''
guard "a sign-in adopts the newest row" \
    'self.adopt(None, who, &mut Adoption::default()).unwrap_or_default();' '' 10000
guard "a change after a sign-in goes on from the newest" \
    'adopted.goes_on_from(&newest);' ''
guard "a sign-out removes her rows" \
    'self.own.rows().for_each(|id| remove(id, Some(*person)));' ''
guard "an end removes the row" \
    'persons.extend(owner.filter(|_| self.is_own_gone));' ''
guard "a guest's row goes with its pointer" \
    $'        if who.owner().is_some() {\n            self.remove_rows(true, &[], row, plan);\n        }\n' ''
guard "a pointer is as young as its row" \
    '|| row.pointed_at.age_at(goes) >= longest / RENEWALS' ''
guard "a pointer that the browser has is not sent" \
    'let pointer = (*is_due || home.row.is_none()).then(' 'let pointer = (*is_due || home.row.is_some()).then('
guard "a row lives as long as it is read" \
    'let lifetime = lasting.unwrap_or(longest).min(longest) + MARGIN;' 'let lifetime = lasting.unwrap_or(longest).min(MARGIN);'
guard "a store that is down makes nobody anonymous" \
    $'if let Some(error) = &self.unreachable\n            && live' $'if let Some(error) = self.unreachable.as_ref().filter(|_| false)\n            && live'
guard "a person's row under the guest's name is theirs" \
    'Some(_) => self.own.accept(found),' $'Some(_) if is_under_guests => {}\n            Some(_) => self.own.accept(found),'
guard "a guest's row in a person's cookie is as if absent" \
    $'None if is_under_guests => self.guest.accept(found),\n            None => {}' 'None => self.guest.accept(found),'
guard "a guest's write moves a person's pointer" \
    $'if writes_guest {\n                self.move_pointer(who, plan);' $'if false {\n                self.move_pointer(who, plan);'
guard "a person's pointer under the guest's name stays" \
    'let writer = owner.filter(|_| is_written || self.is_own_gone);' 'let writer = owner;'
guard "one's own pointer comes before one under the guest's name" \
    '(!is_away(it), it.sealed_at' '(!is_away(it) || true, it.sealed_at' 13000

model sign_ins --test model_sign_ins

guard "what ended is not accepted" \
    'Verdict::Ended => Err(Refusal::Ended),' 'Verdict::Ended => Ok(()),'
guard "a cut-off holds for what was sealed at its time" \
    'known.snapshot.cut_off(person) >= Some(sealed_at)' 'known.snapshot.cut_off(person) > Some(sealed_at)'
guard "a sign-out counts at once on its node" \
    'register.end_here(it.session_id, now, it.ends_at.plus(SKEW));' ''
guard "what renewals made of it is known at once" \
    $'            self.settings.catch_up().await;\n        }\n        answer' $'        }\n        answer'
guard "an application's end is known at once" \
    $'self.0.catch_up().await;\n        Ok(applied' 'Ok(applied'
guard "a sign-out that the store did not take is told again" \
    'has_room = ends.len() < MOST;' 'has_room = false;'
guard "the store is asked by whoever did not hear for seconds" \
    'is_late || !self.is_loaded()' '!self.is_loaded()'
guard "a node that heard of nothing judges nobody" \
    'confirmed_at == Timestamp::default() || confirmed_at.age_at(now) > grace' 'confirmed_at != Timestamp::default() && confirmed_at.age_at(now) > grace'
guard "what a node knew counts for a while and no longer" \
    'confirmed_at == Timestamp::default() || confirmed_at.age_at(now) > grace' 'confirmed_at == Timestamp::default()'
guard "who is in stays in while the store is away" \
    'confirmed_at == Timestamp::default() || confirmed_at.age_at(now) > grace' 'confirmed_at.age_at(now) > 0'
guard "what the store lost is put back" \
    'self.owed.has_lost(lost);' ''
guard "what ends in some seconds is put back too" \
    'ended.extend(later.iter().map(|(it, _)| *it).filter(|it| !whole.has_ended(it.id)));' 'let _ = (&mut ended, later);'
guard "a cut-off that the store lost is put back" \
    'Op::PutBack { ended: Vec::new(), cut_offs: lot.into() }' 'Op::PutBack { ended: Vec::new(), cut_offs: lot[..0].into() }'
guard "what ended here is not forgotten with the next pull" \
    'let snapshot = self.known().snapshot.with(&due, cut_offs, time);' 'let snapshot = Snapshot::default().with(&due, cut_offs, time);'
guard "a list that begins anew is taken whole" \
    'progress.anew = Some(Default::default());' 'return Vec::new();'
guard "a renewal goes on from what lives in the store" \
    'self.rows.get(id).is_some_and(|row| row.has_ended(now)) || ' ''
guard "a renewal goes on from what was not cut off" \
    ' || self.rows.cut_at(person) >= Some(sealed_at)' ''
guard "what was renewed ends" \
    'self.rows.end(dying, now.plus(Op::GRACE), undo);' 'let _ = dying;'
guard "a renewal goes on from the first" \
    'let first = old.as_ref().map(|old| old.sign_in.first).or(was).unwrap_or(id);' 'let first = id;'
guard "an end takes all renewals along" \
    'row.sign_in.first == first && !row.has_ended(now)' 'row.sign_in.id == id && !row.has_ended(now)'
guard "a sign-in is sealed after the cut-off" \
    'let sealed_at = now.max(cut).max(renewed_at);' 'let sealed_at = now.max(renewed_at);'
guard "an identity is sealed at the time that the store answered" \
    'draft(settings, at, None, self.current.as_ref()?)' 'draft(settings, settings.clock.now(), None, self.current.as_ref()?)'
guard "a cut-off comes after all that was sealed" \
    'now.max(at_least).max(sealed_at.unwrap_or_default())' 'now.max(at_least)'
guard "a cut-off comes after the one before" \
    '.max(next.unwrap_or_default());' ';' 7
guard "another's key does nothing" \
    'Some(facts) if facts.person == key.person =>' 'Some(_) =>'
guard "a sign-in ends the one over which it comes" \
    'self.is_signed_out() || change == Change::SignedIn' 'self.is_signed_out()'
guard "who ends all others cuts them off" \
    'cuts_off: self.is_alone().then(|| cut_off_lifetime(settings)),' 'cuts_off: None,'
guard "an id is entered once" \
    'let session_id = SessionId::from_bytes(self.exchange.settings.random()?);
        let mut state = self.exchange.open()?;
        let is_done' \
    'let session_id = self.facts.as_ref().map_or(SessionId::from_bytes([0; 16]), |it| it.session_id);
        let mut state = self.exchange.open()?;
        let is_done'
guard "an end whose answer is lost is not called none" \
    'if again.0 == Applied::Done { Ok(again) } else { Err(lost) }' 'Ok(again)'
guard "a sign-in that was not entered is none" \
    'return row.map(|row| (Applied::Done, row.sealed_at)).ok_or(lost);' 'return Ok((Applied::Done, row.map_or_else(Default::default, |row| row.sealed_at)));'

model fleet --test keyring fleet::

guard "a node takes no lower generation" \
    $'if new < old {\n            return Err(rolled_back(new, old, "is in use"));\n        }\n        if new > old {' \
    'if new != old {'
guard "a node takes no other ring of its generation" \
    'if new > old {' 'if new >= old {'
guard "a node starts with no lower generation" \
    'if new < seen {' 'if false {'
guard "a node starts with no other ring of a generation" \
    'if new == seen && !same {' 'if false {'
guard "a node's record is believed so far and no further" \
    'for node in of_this.iter().filter(|node| keyring.believes(node.generation())) {' 'for node in of_this.iter() {'
guard "the ring in use goes by succession" \
    'keyring.succession(&loaded)?' 'keyring.succession(&loaded).unwrap_or(Succession::Newer)'
guard "a key that has retired does not seal" \
    '.filter(|key| key.retired_at.is_none_or(|at| at > now))' ''
guard "a key whose time has not come does not seal" \
    '.filter(|key| key.not_before.is_some_and(|at| at <= now))' '.filter(|key| key.not_before.is_some())'
guard "a key that was struck out does not seal" \
    '.filter(|key| key.overridden == Override::None && !self.is_revoked(key))' ''
guard "a revoked key does not open" \
    'if self.is_revoked(key) {' 'if false {'
guard "a key that was created too early is revoked" \
    ' || self.keys_dead_before.is_some_and(|at| key.created < at)' ''
guard "an expired key does not open" \
    'self.expires_at(key).is_some_and(|at| at <= now)' 'false'
guard "a retiring key opens in the whole fleet" \
    'at.plus(self.longest_session).plus(SKEW)' 'at.plus(self.longest_session)'
guard "a token of a newer key is unsettled" \
    'freshness.is_some_and(may_be_newer)' 'false'
guard "an unknown key is left alone for minutes" \
    'now < sealed_at.plus(self.lag)' 'true'
guard "a ring found newest after it makes a token dead" \
    'sealed_at.plus(SKEW) >= self.loaded_at' 'true'
guard "who comes into force retires who was" \
    'key.retired_at = key.not_before.max(Some(at));' ''
guard "who is withdrawn leaves who was in force" \
    '} else if key.retired_at == Some(at) {' '} else if false {'
guard "a rotation waits for the one before" \
    $'self.check_not_pending(now)?;\n        let standby = match key {' 'let standby = match key {'
guard "a rotation leaves the time that was asked for" \
    'self.turn_to(standby, now.plus(propagation), now, random)' 'self.turn_to(standby, now, now, random)'
guard "an emergency revokes every key" \
    $'for id in ring.ids(|_| true) {\n                ring.withdraw(id, now);\n                ring.key_mut(id, |key| key.overridden = Override::Revoked);' \
    $'for id in ring.ids(|_| true) {\n                ring.withdraw(id, now);'
guard "a key is destroyed a day after it was found dead" \
    'at.age_at(now) >= Self::PRUNE_AFTER' 'at <= now'
guard "a destroyed key leaves a tombstone" \
    'self.tombstones.extend(gone.into_iter().map(grave));' 'gone.into_iter().map(grave).for_each(drop);'
}

# work WORKER: takes out its share of the guards, in its own tree
work() {
    worker=$1
    cd "$trees/$worker"
    export CARGO_TARGET_DIR=$trees/$worker/target
    out=$trees/$worker/out
    guards
    [ "$seen" -gt 0 ] || fail "no guard's name has \"$only\""
    printf '%s\n' "$taken" >"$trees/taken.$worker"
}

printf '%-50s %s\n' "without this guard" "this fails"
CARGO_TARGET_DIR=$trees/1/target cargo test "${optimized[@]}" --quiet --locked --package gingersnap --test model --no-run \
    --manifest-path "$trees/1/Cargo.toml"
for worker in $(seq 2 "$workers"); do cp -a "$trees/1" "$trees/$worker"; done
running=()
for worker in $(seq "$workers"); do
    work "$worker" &
    running+=($!)
done
for one in "${running[@]}"; do wait "$one"; done
printf '%s guards, each with its counterexample\n' $(($(cat "$trees"/taken.* | paste -sd+)))
