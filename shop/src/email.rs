//! The check of a typed e-mail address.

/// Returns the address as it is kept, or a sentence for the person who typed it.
///
/// It only catches slips: only a message to the address would show that it exists.
pub(crate) fn parse(typed: &str) -> Result<String, &'static str> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err("Enter your e-mail address.");
    }
    if typed.len() > MAX_LEN {
        return Err("An e-mail address has at most 254 characters.");
    }
    if typed.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("An e-mail address has no spaces in it.");
    }
    match typed.split_once('@') {
        None => Err("An e-mail address has an @ in it, as in ada@example.com."),
        Some((_, host)) if host.contains('@') => Err("An e-mail address has only one @."),
        Some(("", _)) => Err("Something is missing before the @."),
        Some((_, host)) if !is_host(host) => {
            Err("What follows the @ does not look like a domain, as in ada@example.com.")
        }
        Some(_) => Ok(typed.to_lowercase()),
    }
}

/// Two or more labels, none of them empty.
fn is_host(host: &str) -> bool {
    host.contains('.')
        && host
            .split('.')
            .all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'))
}

/// RFC 5321 leaves this many for an address.
const MAX_LEN: usize = 254;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_trimmed_and_lowered() {
        assert_eq!(parse(" Ada@Example.com ").as_deref(), Ok("ada@example.com"));
        assert_eq!(parse("a+b@mail.example.co.uk").as_deref(), Ok("a+b@mail.example.co.uk"));
        assert_eq!(parse("jürgen@müller.example").as_deref(), Ok("jürgen@müller.example"));
    }

    #[test]
    fn slips_are_told_from_each_other() {
        let cases = [
            ("", "Enter your"),
            ("  ", "Enter your"),
            ("ada", "has an @"),
            ("ada@", "does not look like"),
            ("ada@example", "does not look like"),
            ("ada@example.", "does not look like"),
            ("ada@.com", "does not look like"),
            ("ada@exa_mple.com", "does not look like"),
            ("@example.com", "missing before"),
            ("ada@b@example.com", "only one @"),
            ("ada lovelace@example.com", "no spaces"),
            ("ada@exa\u{7f}mple.com", "no spaces"),
        ];
        for (typed, part) in cases {
            let error = parse(typed).expect_err(typed);
            assert!(error.contains(part), "{typed}: {error}");
        }
        assert!(parse(&format!("{}@example.com", "a".repeat(250))).is_err());
    }
}
