//! Any name and path for a cookie: an accepted one stays one pair, under one name, without another attribute.

use gingersnap::cookie::{Cookie, CookieSettings, Prefix, SameSite, candidates};

use super::Input;

/// Input: choices, name, then the path.
pub(crate) fn check(input: &[u8]) {
    let mut input = Input(input);
    let choices = input.byte();
    let name = String::from_utf8_lossy(input.short()).into_owned();
    let path = String::from_utf8_lossy(input.0).into_owned();
    let settings = CookieSettings {
        prefix: [Prefix::Host, Prefix::HostHttp, Prefix::Secure, Prefix::None][usize::from(choices & 3)],
        path,
        secure: choices & 4 != 0,
        same_site: [SameSite::Strict, SameSite::Lax, SameSite::None][usize::from(choices >> 3 & 3) % 3],
        partitioned: choices & 0x20 != 0,
    };
    let Ok(cookie) = Cookie::new(&name, &settings) else { return };
    let full = cookie.name();
    assert!(full.ends_with(&name));
    assert!(full.bytes().all(|byte| byte.is_ascii_graphic() && !b"=;,\"()<>@:\\/[]?{}".contains(&byte)));
    assert!(settings.path.starts_with('/') && !settings.path.contains(';') && settings.path.len() <= 1024);
    assert!(!settings.path.chars().any(char::is_control));
    assert!(settings.secure || (full == name && settings.same_site != SameSite::None));
    assert!(!settings.partitioned || (settings.secure && settings.same_site == SameSite::None));
    assert!(!full.starts_with("__Host-") || settings.path == "/");
    let field = format!("{full}x=1; {full}=value ;x{full}=2");
    assert_eq!(candidates([field.as_bytes()], full.as_bytes()).unwrap().as_slice(), [b"value"]);
}
