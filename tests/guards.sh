#!/usr/bin/env bash
# Shows that the models can fail: takes out one guard of the sessions and of the key ring after the other, in a copy of
# the tree, and wants a counterexample each time: of `tests/model` (concurrent requests), or of `tests/keyring/fleet.rs`
# (a fleet and its operator).
#
#   tests/guards.sh          every guard
#   tests/guards.sh WORD     those whose name, or whose model (sessions, fleet), has the word
#
# A guard is a piece of source text, in whichever file, and what takes its place. It must be there exactly once: where it is
# not, the list is out of date, and that is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

only=${1:-}
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$tree"
cd "$tree"

export CARGO_TARGET_DIR=$tree/target CARGO_INCREMENTAL=1 CARGO_PROFILE_DEV_DEBUG=0 RUST_BACKTRACE=0
# Most need few; for some guards the story that needs them is one in thousands.
export PROPTEST_CASES=${PROPTEST_CASES:-40000}
out=$tree/out
taken=0

fail() {
    printf '\n%s\n' "$1" >&2
    [ ! -s "$out" ] || tail -n 40 "$out" >&2
    exit 1
}

run() {
    cargo test --quiet --locked --package gingersnap "${tests[@]}" >"$out" 2>&1
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

# guard NAME OLD NEW
guard() {
    local name=$1 old=$2 new=$3 file text rest told
    [[ "$model: $name" == *"$only"* ]] || return 0
    [ -n "$runs_whole" ] || PROPTEST_CASES=1 run || fail "the model fails as the code is: $model"
    runs_whole=yes
    file=$(place "$old") || exit 1
    text=$(cat "$file"; printf x)
    text=${text%x}
    rest=${text#*"$old"}
    [[ $rest != *"$old"* ]] || fail "$name: more than once in $file: $old"
    printf '%s' "${text/"$old"/"$new"}" >"$file"
    if run; then fail "$name: nothing fails without it"; fi
    told=$(grep -m 1 '^wrong: ' "$out") || fail "$name: no counterexample"
    printf '%-50s %s\n' "$name" "${told#wrong: }"
    printf '%s' "$text" >"$file"
    taken=$((taken + 1))
}

printf '%-50s %s\n' "without this guard" "this fails"

model sessions --test model

guard "data is opened for its owner alone" \
    '(Tie::Ended | Tie::Lapsed | Tie::Foreign, None) => Ok(false),' \
    '(Tie::Ended | Tie::Lapsed | Tie::Foreign, None) => Ok(true),'
guard "data of an ended owner is not sealed" \
    'if self.is_ended(owner.identity) {' 'if false {'
guard "a handle of an ended owner says so" \
    'if self.is_ended(identity) {' 'if false {'
guard "a read seals nothing" \
    'Before::NotBorrowed => return Ok(None),' 'Before::NotBorrowed => &[0xFF],'
guard "an identity that no verb touched is not written" \
    $'if self.change.is_none() {\n            return Ok(());' \
    $'if self.change.is_none() && self.current.is_none() {\n            return Ok(());'
guard "nothing changes after the head" \
    'if self.phase.load(Ordering::Acquire) == SENT { Err(SessionError::HeadSent) } else { Ok(state) }' 'Ok(state)'
guard "unsettled data is not written over" \
    'unsettled.or(owner.identity.unsettled())' 'owner.identity.unsettled()'
guard "nothing is written under an unsettled identity" \
    'unsettled.or(owner.identity.unsettled())' 'unsettled'
guard "nobody signs in over an unsettled identity" \
    'if let Some(refusal) = self.unsettled() {' 'if let Some(refusal) = None::<Refusal> {'
guard "unsettled data is not left behind" \
    'identity.takes_data_along()' 'false'
guard "5xx stores nothing" \
    'status.as_u16() < 500' 'status.as_u16() < 600'
guard "408 stores nothing" \
    ' && status != StatusCode::REQUEST_TIMEOUT' ''
guard "sealed_at of data never falls" \
    'before.map_or(now, |before| before.opened.sealed_at().max(now))' 'now'
guard "sealed_at of an identity never falls" \
    'self.accepted().map_or(now, |it| it.opened.sealed_at().max(now))' 'now'
guard "activity never goes back" \
    'self.before.map_or(now, |before| before.max(now))' 'now'
guard "the latest of several wins" \
    'Some(rank(best) < rank(next))' 'Some(rank(best) > rank(next))'
guard "two identities are none" \
    $'(best.claims.session_id == next.claims.session_id)\n            .then(|| best' $'Some(best'
guard "an idle age that equals its limit is over it" \
    'if age >= idle {' 'if age > idle {'
guard "an absolute age that equals its limit is over it" \
    'settings.policy.end_of(facts.started_at, facts.expires_at) <= now' \
    'settings.policy.end_of(facts.started_at, facts.expires_at) < now'
guard "data of nobody ends when its age equals the limit" \
    'settings.policy.end_of(claims.started_at, None) <= now' 'settings.policy.end_of(claims.started_at, None) < now'
guard "a chosen end comes before the policy's" \
    'expires_at.map_or(end, |at| end.min(at))' 'end'
guard "activity is that of one session id" \
    'Ok((claims.session_id == session_id).then_some((claims, opened.plain().len())))' \
    'Ok((claims.session_id == claims.session_id || claims.session_id == session_id).then_some((claims, 16)))'
guard "what is passive is no activity" \
    '.filter(|_| !self.passive.load(Ordering::Acquire))' ''
guard "data follows the same subject alone" \
    '.filter(|facts| facts.subject == subject).map(' '.map('
guard "data of who was idle follows too" \
    'self.lapsed = (refusal == Refusal::Idle).then_some(accepted.claims);' ''
guard "data of who timed out follows too" \
    '*lapsed = Some(facts);' ''
guard "data goes when another subject signs in" \
    'outgoing.remove(&data.sealed.cookie)?;' ''
guard "data follows a renewal" \
    'self.followed.push(facts.session_id);' ''
guard "messages go with whom they were for" \
    'if is_another {' 'if false {'
guard "nobody gets another's identity" \
    'exchange.is_foreign_identity(field)' 'false && exchange.is_foreign_identity(field)'
guard "a retiring key opens" \
    'at.plus(self.longest_session).plus(SKEW)' 'at.plus(SKEW)'
guard "what a ring may lag behind is unsettled" \
    '} else if sealed_at.plus(SKEW) >= loaded_at {' '} else if false {'
guard "a clock may be ahead by a minute" \
    'self.sealed_at > now.plus(SKEW)' 'self.sealed_at > now'

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
    '} else if sealed_at.plus(SKEW) >= loaded_at {' '} else if false {'
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

[ "$taken" -gt 0 ] || fail "no guard's name has \"$only\""
printf '%s guards, each with its counterexample\n' "$taken"
