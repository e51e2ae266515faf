//! Pairs that somebody else can put beside a cookie of ours. The tests of sessions, of the server and
//! in the browser send the same.
#![allow(dead_code, reason = "each of them uses its own part")]

/// Pairs that some parser takes for `name=value`. None of them is.
pub(crate) fn strangers(name: &str, value: &str) -> Vec<Vec<u8>> {
    let mut names = respelled(name);
    for byte in (0..=0xff_u8).filter(|byte| !byte.is_ascii() || byte.is_ascii_control()) {
        names.extend(with_inserted(name.as_bytes(), &[byte]));
    }
    let invisible = INVISIBLE.chars().map(String::from);
    for space in [" ", "\t", "+", "%20", "%09", "%00"].map(String::from).into_iter().chain(invisible) {
        names.extend(with_inserted(name.as_bytes(), space.as_bytes()));
    }
    let pairs = names.into_iter().map(|name| [&name, &b"="[..], value.as_bytes()].concat());
    pairs.chain(not_pairs(name, value)).collect()
}

/// Pairs of exactly `name` and a value that is no token, most of them made of one that is.
pub(crate) fn junk(name: &str, value: &str) -> Vec<Vec<u8>> {
    let texts = ["", "=", "junk", "%41", "\u{a0}", "\u{2000}", "{\"id\":1}", "deleted", "\u{ff21}"];
    let changed = [
        format!("\"{value}\""),
        format!("\"{value}; x\""),
        format!("'{value}'"),
        format!("{value}="),
        format!("={value}"),
        format!("{value},{value}"),
        format!("{value} {value}"),
        format!("{value}, {name}={value}"),
        format!("\u{a0}{value}"),
        format!("{value}\u{2000}"),
        value.replacen(|letter: char| letter.is_ascii_alphabetic(), "%41", 1),
        value[..value.len() - 1].to_owned(),
    ];
    let high = (0x80..=0xff).map(|byte| [&[byte], value.as_bytes()].concat());
    let high = high.chain([0x85, 0xa0].map(|byte| [value.as_bytes(), &[byte]].concat()));
    let values = texts.into_iter().map(String::from).chain(changed).map(String::into_bytes).chain(high);
    values.map(|value| [name.as_bytes(), b"=", &value].concat()).collect()
}

/// The ways in which a client can send these pairs: the `Cookie` fields of each.
pub(crate) fn layouts(pairs: &[&[u8]]) -> Vec<Vec<Vec<u8>>> {
    let apart: Vec<Vec<u8>> = pairs.iter().map(|pair| pair.to_vec()).collect();
    let ended = pairs.iter().map(|pair| [pair, &b" ;"[..]].concat()).collect();
    let halves = pairs.split_at(pairs.len() / 2);
    vec![
        vec![pairs.join(&b"; "[..])],
        vec![pairs.join(&b";"[..])],
        vec![[b"; ;\t", &pairs.join(&b" ;; ; "[..])[..], b";"].concat()],
        apart,
        ended,
        vec![halves.0.join(&b"; "[..]), Vec::new(), halves.1.join(&b"; "[..])],
    ]
}

/// Other spellings of the name: other case, percent-encoding, look-alikes, mangling by languages and servers.
fn respelled(name: &str) -> Vec<Vec<u8>> {
    let mut names = vec![
        name.to_ascii_uppercase(),
        name.to_ascii_lowercase(),
        name.replace('-', "_"),
        name.replacen('_', ".", 1),
        name.replacen('_', " ", 1),
        name.replace('o', "\u{43e}"),
        name.trim_start_matches("__Host-").to_owned(),
        format!("__Host-{name}"),
    ];
    for (before, after) in AROUND {
        names.push(format!("{before}{name}{after}"));
    }
    for (at, letter) in name.char_indices() {
        let (before, after) = (&name[..at], &name[at + 1..]);
        names.push(format!("{before}%{:02X}{after}", u32::from(letter)));
        names.push(format!("{before}%{:02x}{after}", u32::from(letter)));
        names.push(format!("{before}\\u{:04x}{after}", u32::from(letter)));
        // Full-width, which NFKC makes ASCII.
        let wide = char::from_u32(u32::from(letter) + 0xfee0).unwrap_or(letter);
        names.push(format!("{before}{wide}{after}"));
        names.push(format!("{before}{after}"));
    }
    names.retain(|spelling| spelling != name);
    let overlong =
        [&[0xc0 | (name.as_bytes()[0] >> 6), 0x80 | (name.as_bytes()[0] & 0x3f)], &name.as_bytes()[1..]];
    names.into_iter().map(String::into_bytes).chain([overlong.concat()]).collect()
}

/// `extra` before the bytes, after them and in their middle; where it would be trimmed, in the middle alone.
fn with_inserted(bytes: &[u8], extra: &[u8]) -> Vec<Vec<u8>> {
    let trimmed = extra == b" " || extra == b"\t";
    let places = [Some(bytes.len() / 2), (!trimmed).then_some(0), (!trimmed).then_some(bytes.len())];
    places.into_iter().flatten().map(|at| [&bytes[..at], extra, &bytes[at..]].concat()).collect()
}

/// Texts that have name and value in them, and are not a pair of them.
fn not_pairs(name: &str, value: &str) -> Vec<Vec<u8>> {
    let texts = [
        String::new(),
        "=".into(),
        "==".into(),
        name.into(),
        value.into(),
        format!("={value}"),
        format!("={name}={value}"),
        format!("= {name}={value}"),
        format!("=\t{name} = {value}"),
        format!("==; ={name}={value}"),
        format!("{name}:{value}"),
        format!("{name} {value}"),
        format!("{name}%3D{value}"),
        format!("{name}\u{ff1d}{value}"),
        format!("x={name}={value}"),
        format!("x=\"{name}={value}\""),
        format!("x=1, {name}={value}"),
        format!("x=1,{name}={value},"),
        format!("x=1&{name}={value}"),
        format!("x=1%3B {name}={value}"),
        // A Greek question mark, which NFC makes a semicolon.
        format!("x=1\u{37e} {name}={value}"),
        format!("$Version=1; $Path=/; $Domain=a; ${name}={value}"),
        format!("$Version=\"1\", {name}={value}, $Path=\"/\""),
        format!("x=\"unfinished, {name}={value}"),
        format!("x=\\\"; \\\"{name}={value}"),
    ];
    texts.into_iter().map(String::into_bytes).collect()
}

const AROUND: [(&str, &str); 16] = [
    ("\"", "\""),
    ("'", "'"),
    ("[", "]"),
    ("", "[]"),
    ("$", ""),
    ("%", ""),
    ("\\", ""),
    ("x", ""),
    ("x ", ""),
    ("x,", ""),
    ("", "."),
    ("", "0"),
    ("", " x"),
    ("", ","),
    ("\u{301}", ""),
    ("", "\u{301}"),
];

/// White space, and other letters that nobody sees.
const INVISIBLE: &str = "\u{85}\u{a0}\u{ad}\u{1680}\u{180e}\u{2000}\u{2003}\u{2007}\u{2009}\u{200b}\u{200d}\u{200e}\
                         \u{2028}\u{2029}\u{202f}\u{205f}\u{2060}\u{3000}\u{feff}\u{e0020}";
