//! Seal and open against their floor: the AEAD call, the OS's randomness and base64 alone, measured in the
//! same run. `cargo bench --bench codec`, with `-- --quick` for a trial.
//!
//! The floor works in buffers that it keeps, and on the same bytes: the plaintext with its padding.
#![expect(clippy::print_stdout, reason = "the tables are what a benchmark is for")]
#![expect(clippy::expect_used, reason = "a benchmark that cannot do what it says must stop")]

use std::hint::black_box;

use aes_gcm::aead::{AeadInOut, KeyInit};
use base64_simd::URL_SAFE_NO_PAD;
use chacha20poly1305::XChaCha20Poly1305;
use gingersnap::Timestamp;
use gingersnap::keyring::Keyring;
use gingersnap::token::{Aad, Kind, Plaintext, Sealing, Suite, Unopened};
use harness::{Plan, Subject, Times, has_arg, measure, print_table};
use xaes_256_gcm::Xaes256Gcm;

mod harness;

const SIZES: [usize; 5] = [64, 200, 512, 1024, 3072];
/// The smallest ring is one key that seals and its standby.
const RINGS: [usize; 2] = [2, 16];

fn main() {
    // `cargo test --benches` runs the same binary without the argument.
    if !has_arg("--bench") {
        return println!("codec: measures under `cargo bench` alone");
    }
    let plan = Plan::from_args(Plan { runs: 7, slices: 7, calls: 4000 });
    println!("{}", plan.describe());
    let setups: Vec<Setup> = Suite::ALL
        .into_iter()
        .flat_map(|suite| RINGS.map(|keys| (suite, keys)))
        .flat_map(|(suite, keys)| SIZES.map(|size| Setup::new(suite, keys, size)))
        .collect();
    let mut floors: Vec<(Floor, Floor)> = setups.iter().map(|setup| (setup.floor(), setup.floor())).collect();
    let mut subjects = Vec::new();
    for (setup, (seal_floor, open_floor)) in setups.iter().zip(&mut floors) {
        subjects.push(subject(move || seal_floor.seal()));
        subjects.push(subject(|| setup.seal()));
        subjects.push(subject(move || open_floor.open()));
        subjects.push(subject(|| setup.open()));
    }
    let times = measure(plan, &mut subjects);
    for (number, verb) in ["seal", "open"].into_iter().enumerate() {
        let pairs = times.chunks(4).map(|times| times.get(number * 2..number * 2 + 2).unwrap_or_default());
        let rows: Vec<Vec<String>> = setups.iter().zip(pairs).map(|(setup, pair)| setup.row(pair)).collect();
        let head = ["suite", "keys", "bytes", "ns", "floor ns", "ratio"];
        print_table(&format!("{verb}; at 200 bytes the ratio must be ≤ 1.4"), &head, &rows);
    }
}

/// A ring and a plaintext of one size.
struct Setup {
    suite: Suite,
    ring: Keyring,
    aad: Aad,
    plain: Vec<u8>,
    text: Vec<u8>,
}

impl Setup {
    fn new(suite: Suite, keys: usize, size: usize) -> Self {
        let mut setup = Self {
            suite,
            ring: ring(suite, keys),
            aad: Aad::new(Kind::Data, "cart", "__Host-session", "bench", "").expect("short"),
            plain: (0..=250).cycle().take(size).collect(),
            text: Vec::new(),
        };
        setup.text = setup.seal();
        assert_eq!(setup.open(), size, "what was sealed opens");
        setup
    }

    fn seal(&self) -> Vec<u8> {
        let mut plain = Plaintext::with_capacity(self.plain.len());
        plain.extend(black_box(&self.plain));
        let mut random = [0; Sealing::RANDOM_LEN];
        getrandom::fill(&mut random).expect("randomness");
        let sealed = self.ring.seal(plain, &self.aad, NOW, &Sealing::new(NOW, random));
        let sealed = sealed.expect("an active key, and room");
        let mut text = Vec::with_capacity(sealed.text_len());
        sealed.write_text(&mut text);
        text
    }

    fn open(&self) -> usize {
        let unopened = Unopened::parse(black_box(&self.text)).expect("a token");
        self.ring.open(unopened, &self.aad, NOW, None).expect("opens").plain().len()
    }

    fn floor(&self) -> Floor {
        let mut bytes = Vec::new();
        URL_SAFE_NO_PAD.decode_append(&self.text, &mut bytes).expect("base64url");
        let key = [7; 32].into();
        let mut floor = Floor {
            aead: match self.suite {
                Suite::Xaes256Gcm => RawAead::Xaes(Box::new(Xaes256Gcm::new(&key))),
                _ => RawAead::XChaCha(XChaCha20Poly1305::new(&key)),
            },
            bytes,
            text: Vec::with_capacity(self.text.len()),
        };
        floor.seal();
        assert_eq!(floor.text.len(), self.text.len(), "the floor works on as many bytes");
        floor
    }

    fn row(&self, pair: &[Times]) -> Vec<String> {
        let [floor, time] = pair else { return Vec::new() };
        vec![
            self.suite.to_string(),
            self.ring.keys().len().to_string(),
            self.plain.len().to_string(),
            format!("{:.0}", time.median()),
            format!("{:.0}", floor.median()),
            format!("{:.2}", time.with(floor, |time, floor| time / floor).median()),
        ]
    }
}

/// A ring whose active key stands first; the rest are standbys.
fn ring(suite: Suite, keys: usize) -> Keyring {
    let mut random = |bytes: &mut [u8]| {
        getrandom::fill(bytes).expect("randomness");
        Ok(())
    };
    let mut ring = Keyring::init(suite, 30 * 86_400, NOW, &mut random).expect("a ring");
    while ring.keys().len() < keys {
        ring = ring.add(suite, "", NOW, &mut random).expect("room for a key");
    }
    ring
}

/// The work that no implementation of the format can do without.
struct Floor {
    aead: RawAead,
    bytes: Vec<u8>,
    text: Vec<u8>,
}

enum RawAead {
    Xaes(Box<Xaes256Gcm>),
    XChaCha(XChaCha20Poly1305),
}

impl Floor {
    fn seal(&mut self) {
        let (nonce, rest) = self.bytes.split_first_chunk_mut::<24>().expect("a nonce");
        let (plain, tag) = rest.split_last_chunk_mut::<16>().expect("a tag");
        getrandom::fill(nonce.get_mut(8..).expect("16 bytes")).expect("randomness");
        let nonce = (&*nonce).into();
        *tag = match &self.aead {
            RawAead::Xaes(aead) => aead.encrypt_inout_detached(nonce, FLOOR_AAD, plain.into()),
            RawAead::XChaCha(aead) => aead.encrypt_inout_detached(nonce, FLOOR_AAD, plain.into()),
        }
        .expect("short")
        .into();
        self.text.clear();
        URL_SAFE_NO_PAD.encode_append(black_box(&self.bytes), &mut self.text);
    }

    fn open(&mut self) {
        self.bytes.clear();
        URL_SAFE_NO_PAD.decode_append(black_box(&self.text), &mut self.bytes).expect("base64url");
        let (nonce, rest) = self.bytes.split_first_chunk_mut::<24>().expect("a nonce");
        let (plain, tag) = rest.split_last_chunk_mut::<16>().expect("a tag");
        let (nonce, tag) = ((&*nonce).into(), (&*tag).into());
        match &self.aead {
            RawAead::Xaes(aead) => aead.decrypt_inout_detached(nonce, FLOOR_AAD, plain.into(), tag),
            RawAead::XChaCha(aead) => aead.decrypt_inout_detached(nonce, FLOOR_AAD, plain.into(), tag),
        }
        .expect("the same key");
    }
}

fn subject<'a, R>(mut call: impl FnMut() -> R + 'a) -> Subject<'a> {
    Subject::new(move |calls| {
        for _ in 0..calls {
            black_box(call());
        }
    })
}

const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);
/// As long as the one that `Setup` makes.
const FLOOR_AAD: &[u8] = b"gingersnap/1\x01\x00\x04cart\x00\x0e__Host-session\x00\x05bench\x00\x00";
