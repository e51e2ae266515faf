//! Records as Redis keeps them, the commands that ask for them, and the script that changes them.

use redis::{Cmd, Pipeline, RedisError, RedisResult, Value};

use super::keys::{Keys, LONGEST, hex};
use super::primary::primarys_time;
use super::sign_ins;
use crate::Timestamp;
use crate::store::{Applied, Op, Record};
use crate::token::PersonId;

/// A record as it is kept: a head of text, `1 VERSION OWNER` and a line feed, and then the sealed bytes. The 1 is the version
/// of this form; the owner is 32 hexadecimal digits, or `-` for a guest.
///
/// One string takes 200 bytes less than a hash of three fields would.
pub(super) fn written(record: &Record, owner: Option<PersonId>) -> Vec<u8> {
    let mut value = format!("{FORM} {} {}\n", record.version, owner_text(owner)).into_bytes();
    value.extend(&record.bytes);
    value
}

/// The record in a value, or the fault of the value.
pub(super) fn read(value: &[u8]) -> Result<Record, Foreign> {
    let is_end = |byte: &u8| *byte == b'\n';
    let end = value.iter().take(HEAD).position(is_end).ok_or(Foreign::Else)?;
    let (head, bytes) = value.split_at_checked(end).ok_or(Foreign::Else)?;
    let head = str::from_utf8(head).map_err(|_| Foreign::Else)?;
    let (form, rest) = head.split_once(' ').ok_or(Foreign::Else)?;
    match form.parse().map_err(|_| Foreign::Else)? {
        FORM => {}
        another => return Err(Foreign::Form(another)),
    }
    let version = rest.split_once(' ').and_then(|(version, _)| version.parse().ok()).ok_or(Foreign::Else)?;
    Ok(Record { version, bytes: bytes.get(1..).unwrap_or_default().into() })
}

/// A value that this program cannot read.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Foreign {
    /// Another version of this program wrote it.
    Form(i64),
    Else,
}

/// Asks for a record and the time, in one go. A write that changes nothing detects a replica, which may lack the last writes.
pub(super) fn load(key: &str, none: &str) -> Pipeline {
    let mut calls = redis::pipe();
    calls.cmd("DEL").arg(none).cmd("TIME").cmd("GET").arg(key);
    calls
}

/// Reads the answers to [`load`].
pub(super) fn loaded(answers: Vec<Value>) -> RedisResult<(Option<Vec<u8>>, Timestamp)> {
    let [probe, time, value] = answers.try_into().unwrap_or_default();
    Ok((redis::from_redis_value(value.extract_error()?)?, primarys_time(probe, time)?))
}

/// The beginning of a call of [`APPLY`]. Once the server has seen the script, it knows it by the SHA-1 of its text.
pub(super) fn call(is_known: bool) -> Cmd {
    let mut call = redis::cmd(if is_known { "EVALSHA" } else { "EVAL" });
    call.arg(if is_known { APPLY_SHA1 } else { APPLY });
    call
}

/// The outcome of operations, and the time.
pub(super) type Outcome = (Result<Applied, Foreign>, Timestamp);

/// Adds the operations to a call of [`APPLY`].
pub(super) fn add(call: &mut Cmd, operations: &[Op], keys: &Keys) {
    call.arg(operations.len() + 1);
    for operation in operations {
        let record = operation.record_id().map(|id| keys.record(id));
        let person = || operation.person().map(|person| keys.person(person));
        call.arg(record.or_else(person).unwrap_or_else(|| keys.none.clone()));
    }
    call.arg(&keys.none);
    for operation in operations {
        match operation {
            Op::Insert { owner, lifetime, record, .. } => {
                call.arg("insert").arg("").arg(seconds(*lifetime)).arg(written(record, *owner));
            }
            Op::Replace { was, owner, lifetime, record, .. } => {
                call.arg("replace").arg(*was).arg(seconds(*lifetime)).arg(written(record, *owner));
            }
            Op::Remove { owner, .. } => {
                call.arg("remove").arg(owner_text(*owner)).arg("").arg("");
            }
            _ => sign_ins::add(call, operation),
        }
    }
    call.arg(&keys.sign_ins);
}

/// Reads the answer of [`APPLY`]: a word, a number, and the time.
pub(super) fn outcome(answer: &[u8]) -> Option<Outcome> {
    let mut parts = str::from_utf8(answer).ok()?.split(' ');
    let (word, number, time) = (parts.next()?, parts.next()?, parts.next()?.parse().ok()?);
    let outcome = match word {
        "done" => Ok(Applied::Done),
        "conflict" => Ok(Applied::Conflict(number.parse().ok()?)),
        _ => Err(number.parse().ok().filter(|form| *form != FORM).map_or(Foreign::Else, Foreign::Form)),
    };
    Some((outcome, Timestamp::from_unix(time)))
}

/// The error that a command of the script met. Some servers wrap it: then its first word means nothing.
pub(super) fn met(error: RedisError) -> RedisError {
    let Some(detail) = error.detail().filter(|_| error.code() == Some("ERR")) else { return error };
    let denied = DENIED.iter().any(|text| detail.contains(text)).then_some("NOPERM");
    let wrapped = || WRAPPED.into_iter().find(|word| detail.contains(&format!(": -{word} ")));
    match denied.or_else(wrapped) {
        Some(code) => redis::make_extension_error(code.into(), Some(detail.into())),
        None => error,
    }
}

/// A record is kept for an hour beyond its lifetime.
fn seconds(lifetime: u64) -> u64 {
    lifetime.min(LONGEST) + 3600
}

fn owner_text(owner: Option<PersonId>) -> String {
    owner.map_or_else(|| "-".into(), |owner| hex(&owner.to_bytes()))
}

pub(super) const FORM: i64 = 1;
/// Octets of a value that the script reads to find version and owner.
const HEAD: usize = 64;
const APPLY: &str = include_str!("apply.lua");
const APPLY_SHA1: &str = "6eebeb5fb0e7534c0f5763892e6ff8117882183b";

/// Texts of servers when the user may not do something in the script: until 7.0, and since.
const DENIED: [&str; 2] = ["The user executing the script can't", "ACL failure in script"];
/// First words of errors that servers before 7 put after their own.
const WRAPPED: [&str; 5] = ["READONLY", "OOM", "MISCONF", "WRONGTYPE", "NOREPLICAS"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_within_a_script_is_found_whichever_server_wraps_it() {
        for (detail, code) in [
            ("The user executing the script can't run this command or subcommand script: addc", "NOPERM"),
            (
                "Error running script (call to f_ad): @user_script:1: @user_script: 1: The user executing the script can't access at least one of the keys mentioned in the command arguments ",
                "NOPERM",
            ),
            (
                "ACL failure in script: User web has no permissions to run the 'set' command script: addc",
                "NOPERM",
            ),
            (
                "Error running script (call to f_ad): @user_script:1: @user_script: 1: -READONLY You can't write against a read only replica. ",
                "READONLY",
            ),
            (
                "Error running script (call to f_ad): @user_script:1: @user_script: 1: -OOM command not allowed when used memory > 'maxmemory'. ",
                "OOM",
            ),
            ("value is not an integer or out of range", "ERR"),
        ] {
            let error = redis::make_extension_error("ERR".into(), Some(detail.into()));
            assert_eq!(met(error).code(), Some(code), "{detail}");
        }
    }

    #[test]
    fn a_value_that_is_no_record_is_foreign() {
        for (value, foreign) in [
            (&b""[..], Foreign::Else),
            (b"mine", Foreign::Else),
            (b"1 1 -", Foreign::Else),
            (b"1 \n", Foreign::Else),
            (b"1 4294967296 -\n", Foreign::Else),
            (b"\xFF 1 -\n", Foreign::Else),
            (b"2 anything\n", Foreign::Form(2)),
        ] {
            assert_eq!(read(value), Err(foreign), "{value:?}");
        }
        let record = Record { version: u32::MAX, bytes: b"\n1 2 -\n".into() };
        for owner in [None, Some(PersonId::from_bytes([10; 16]))] {
            assert_eq!(read(&written(&record, owner)), Ok(record.clone()));
        }
    }
}
