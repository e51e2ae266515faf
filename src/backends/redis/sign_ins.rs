//! Sign-ins as Redis keeps them: the commands that ask for them, and their part of the script's arguments.

use std::fmt::Write as _;

use redis::{Cmd, Pipeline, RedisResult, Value};

use super::keys::{Keys, LONGEST, hex};
use super::primary::primarys_time;
use crate::Timestamp;
use crate::store::{CutOff, Ended, Feed, Op, SignInRow};
use crate::token::{PersonId, SessionId};

/// Adds the four arguments of an operation on sign-ins.
pub(super) fn add(call: &mut Cmd, operation: &Op) {
    match operation {
        Op::Enter { id, renews, cuts_off, started_at, lifetime, label, .. } => {
            let (was, sealed_at) = match renews {
                Some((was, sealed_at)) => (hex(&was.to_bytes()), *sealed_at),
                None => ("-".into(), Timestamp::default()),
            };
            let cuts_off = cuts_off.map_or_else(|| "-".into(), |lifetime| seconds(lifetime).to_string());
            let (id, lifetime) = (hex(&id.to_bytes()), seconds(*lifetime));
            let is_named = u8::from(label.is_some());
            let what = format!("{id} {was} {sealed_at} {cuts_off} {started_at} {lifetime} {is_named}");
            call.arg("enter").arg(what).arg("").arg(label.as_deref().unwrap_or_default());
        }
        Op::End { id, lifetime, .. } => {
            call.arg("end").arg(hex(&id.to_bytes())).arg(seconds(*lifetime)).arg("");
        }
        Op::EndFirst { first, .. } => {
            call.arg("end_first").arg(hex(&first.to_bytes())).arg("").arg("");
        }
        Op::CutOff { lifetime, .. } => {
            call.arg("cut_off").arg(seconds(*lifetime)).arg("").arg("");
        }
        Op::Erase { lifetime, .. } => {
            call.arg("erase").arg(seconds(*lifetime)).arg("").arg("");
        }
        Op::Seen { id, ago, .. } => {
            call.arg("seen").arg(hex(&id.to_bytes())).arg(seconds(*ago)).arg("");
        }
        Op::Label { id, label, .. } => {
            call.arg("label").arg(hex(&id.to_bytes())).arg("").arg(label.as_slice());
        }
        Op::PutBack { ended, cut_offs } => {
            call.arg("put_back").arg("").arg("").arg(lines(ended, cut_offs));
        }
        Op::Insert { .. } | Op::Replace { .. } | Op::Remove { .. } => {}
    }
}

fn lines(ended: &[Ended], cut_offs: &[CutOff]) -> String {
    let mut lines = String::new();
    let mut line = |kind, id: [u8; 16], at, until| {
        // Writing to a string never fails.
        let _ = writeln!(lines, "{kind} {} {at} {until}", hex(&id));
    };
    ended.iter().for_each(|it| line('e', it.id.to_bytes(), it.at, it.until));
    cut_offs.iter().for_each(|it| line('c', it.person.to_bytes(), it.at, it.until));
    lines
}

/// Asks for a person's rows and the time, in one go.
pub(super) fn list(keys: &Keys, person: PersonId) -> Pipeline {
    let mut calls = redis::pipe();
    calls.cmd("DEL").arg(&keys.none).cmd("TIME").cmd("HGETALL").arg(keys.person(person));
    calls
}

/// Reads the answers to [`list`]: the living sign-ins, as far as rows tell; `None` if a row is not ours.
pub(super) fn listed(answers: Vec<Value>) -> RedisResult<(Option<Vec<SignInRow>>, Timestamp)> {
    let [probe, time, all] = answers.try_into().unwrap_or_default();
    let now = primarys_time(probe, time)?;
    let fields: Vec<(String, Vec<u8>)> = redis::from_redis_value(all.extract_error()?)?;
    let cut = fields.iter().find(|(name, _)| name == "cut").and_then(|(_, at)| number(at));
    let rows = fields.iter().filter(|(name, _)| name.len() == 32);
    let rows: Option<Vec<Option<SignInRow>>> = rows.map(|(id, row)| living(id, row, now, cut)).collect();
    Ok((rows.map(|rows| rows.into_iter().flatten().collect()), now))
}

/// A row if it lives: the inner `None` is for a row that does not, the outer one for a value that is not a row.
fn living(id: &str, row: &[u8], now: Timestamp, cut: Option<u64>) -> Option<Option<SignInRow>> {
    let end = row.iter().position(|byte| *byte == b'\n')?;
    let (head, label) = row.split_at_checked(end)?;
    let head: Vec<&str> = str::from_utf8(head).ok()?.split(' ').collect();
    let [first, started_at, sealed_at, seen_at, ended_at, until] = head.try_into().ok()?;
    let [started_at, sealed_at, seen_at, until] =
        [started_at, sealed_at, seen_at, until].map(|it| number(it.as_bytes()).map(Timestamp::from_unix));
    let (started_at, sealed_at, seen_at, until) = (started_at?, sealed_at?, seen_at?, until?);
    let is_alive = ended_at == "-" && now < until && cut < Some(sealed_at.unix());
    let (id, first, label) = (unhex(id)?, unhex(first)?, label.get(1..)?.to_vec());
    let (id, first) = (SessionId::from_bytes(id), SessionId::from_bytes(first));
    Some(is_alive.then_some(SignInRow { id, first, started_at, sealed_at, seen_at, label }))
}

/// Asks which of the sign-ins have ended because a node put that back.
pub(super) fn ended(keys: &Keys, rows: &[SignInRow]) -> Pipeline {
    let mut calls = redis::pipe();
    for row in rows {
        calls.cmd("EXISTS").arg(format!("{}ended:{}", keys.sign_ins, hex(&row.id.to_bytes())));
    }
    calls
}

/// Reads the answers to [`ended`].
pub(super) fn have_ended(answers: Vec<Value>) -> RedisResult<Vec<bool>> {
    let read = |answer: Value| Ok(redis::from_redis_value(answer.extract_error()?)?);
    answers.into_iter().map(read).collect()
}

/// Asks for the ends after a place; the answers also say the feed's present place.
pub(super) fn page(keys: &Keys, place: u64) -> Pipeline {
    let key = |what| format!("{}{what}", keys.sign_ins);
    let mut calls = redis::pipe();
    calls.cmd("DEL").arg(&keys.none).cmd("TIME").cmd("INFO").arg("server").cmd("GET").arg(key("run"));
    calls.cmd("GET").arg(key("place"));
    calls.cmd("ZRANGEBYSCORE").arg(key("feed")).arg(format!("({place}")).arg("+inf");
    calls.arg("WITHSCORES").arg("LIMIT").arg(0).arg(PAGE);
    calls
}

/// The place in a mark, and the run that it belongs to.
pub(super) fn place(mark: &[u8]) -> Option<(&str, u64)> {
    let (run, place) = str::from_utf8(mark).ok()?.rsplit_once(' ')?;
    Some((run, place.parse().ok()?))
}

/// Reads the answers to [`page`], which was asked for with this mark; `None` if the whole feed must be asked for.
pub(super) fn feed(answers: Vec<Value>, mark: &[u8]) -> RedisResult<(Option<Feed>, Timestamp)> {
    let [probe, time, server, run, last, members] = answers.try_into().unwrap_or_default();
    let now = primarys_time(probe, time)?;
    let server: String = redis::from_redis_value(server.extract_error()?)?;
    let process = server.lines().find_map(|line| line.strip_prefix("run_id:")).unwrap_or_default();
    let run: Option<String> = redis::from_redis_value(run.extract_error()?)?;
    let last: Option<u64> = redis::from_redis_value(last.extract_error()?)?;
    let run = format!("{process} {}", run.unwrap_or_default());
    let from = match place(mark) {
        Some((of, place)) if of == run && place <= last.unwrap_or_default() => Some(place),
        None if mark.is_empty() => None,
        _ => return Ok((None, now)),
    };
    let members: Vec<(String, f64)> = redis::from_redis_value(members.extract_error()?)?;
    let mut feed = Feed { is_anew: from.is_none(), has_more: members.len() == PAGE, ..Feed::default() };
    let mut at = from.unwrap_or_default();
    for (member, place) in &members {
        tell(member, &mut feed);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a counter below 2^53")]
        let place = *place as u64;
        at = at.max(place);
    }
    feed.mark = format!("{run} {at}").into_bytes();
    Ok((Some(feed), now))
}

/// Adds a member of the feed; one that is not ours is skipped.
fn tell(member: &str, feed: &mut Feed) -> Option<()> {
    let mut parts = member.get(1..)?.split(' ');
    let (id, at, until) = (unhex(parts.next()?)?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let (at, until) = (Timestamp::from_unix(at), Timestamp::from_unix(until));
    if member.starts_with('c') {
        feed.cut_offs.push(CutOff { person: PersonId::from_bytes(id), at, until });
    } else {
        feed.ended.push(Ended { id: SessionId::from_bytes(id), at, until });
    }
    Some(())
}

/// Asks for a part of the feed, by rank.
pub(super) fn part(keys: &Keys, from: u64, number: u64) -> Pipeline {
    let mut calls = redis::pipe();
    calls.cmd("DEL").arg(&keys.none).cmd("TIME").cmd("ZRANGE").arg(format!("{}feed", keys.sign_ins));
    calls.arg(from).arg((from + number).saturating_sub(1));
    calls
}

/// Reads the answers to [`part`]: the number of members, and those that were over an hour ago.
pub(super) fn over(answers: Vec<Value>) -> RedisResult<(usize, Vec<String>, Timestamp)> {
    let [probe, time, members] = answers.try_into().unwrap_or_default();
    let now = primarys_time(probe, time)?;
    let members: Vec<String> = redis::from_redis_value(members.extract_error()?)?;
    let number = members.len();
    let until = |member: &str| member.rsplit_once(' ').and_then(|(_, until)| until.parse::<u64>().ok());
    let over = members.into_iter().filter(|it| until(it).is_none_or(|until| until + 3600 < now.unix()));
    Ok((number, over.collect(), now))
}

/// Removes members of the feed.
pub(super) fn remove(keys: &Keys, members: &[String]) -> Cmd {
    let mut call = redis::cmd("ZREM");
    call.arg(format!("{}feed", keys.sign_ins)).arg(members);
    call
}

fn seconds(lifetime: u64) -> u64 {
    lifetime.min(LONGEST)
}

fn number(text: &[u8]) -> Option<u64> {
    str::from_utf8(text).ok()?.parse().ok()
}

fn unhex(digits: &str) -> Option<[u8; 16]> {
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    let byte = |pair: &[u8; 2]| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok();
    let bytes = pairs.iter().map(byte).collect::<Option<Vec<u8>>>()?;
    bytes.try_into().ok().filter(|_| rest.is_empty())
}

/// The most members of a page.
const PAGE: usize = 20_000;
