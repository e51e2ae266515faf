//! Any bytes as a `Map`, against a walk over the bytes that builds nothing.

use gingersnap::Map;

use super::reference;

pub(crate) fn check(bytes: &[u8]) {
    let mut walk = Walk { rest: bytes, left: 4096, minimal: true };
    let walked = walk.map(1);
    match postcard::take_from_bytes::<Map>(bytes) {
        Ok((map, rest)) => {
            assert_eq!(walked, Some(()), "what is read follows the format");
            assert_eq!(rest, walk.rest);
            let used = &bytes[..bytes.len() - rest.len()];
            let again = postcard::to_allocvec(&map).expect("what was read can be written");
            if walk.minimal {
                assert_eq!(again, used);
            } else {
                // postcard reads numbers with needless bytes; what is written never has any.
                assert!(again.len() < used.len());
                let (map, _) = postcard::take_from_bytes::<Map>(&again).unwrap();
                assert_eq!(postcard::to_allocvec(&map).unwrap(), again);
            }
        }
        Err(_) => assert_eq!(walked, None, "what follows the format is read"),
    }
}

struct Walk<'a> {
    rest: &'a [u8],
    left: usize,
    minimal: bool,
}

impl<'a> Walk<'a> {
    fn map(&mut self, depth: usize) -> Option<()> {
        let mut last: Option<&str> = None;
        for _ in 0..self.varint(u64::MAX)? {
            let name = std::str::from_utf8(self.bytes()?).ok()?;
            if last.is_some_and(|last| last >= name) {
                return None;
            }
            last = Some(name);
            self.value(depth)?;
        }
        Some(())
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        match self.varint(u32::MAX.into())? {
            0 => {}
            1 => {
                let (&byte, rest) = self.rest.split_first()?;
                self.rest = rest;
                if byte > 1 {
                    return None;
                }
            }
            2 => drop(self.varint(u64::MAX)?),
            3 => drop(self.varint(u64::MAX).filter(|&number| number >= 1 << 63)?),
            4 => self.rest = self.rest.get(8..)?,
            5 => drop(std::str::from_utf8(self.bytes()?).ok()?),
            6 => drop(self.bytes()?),
            7 | 8 if depth == 32 => return None,
            7 => {
                for _ in 0..self.varint(u64::MAX)? {
                    self.value(depth + 1)?;
                }
            }
            8 => self.map(depth + 1)?,
            _ => return None,
        }
        Some(())
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let len = usize::try_from(self.varint(u64::MAX)?).ok()?;
        let (bytes, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        Some(bytes)
    }

    /// A number up to `most`, in no more bytes than `most` takes.
    fn varint(&mut self, most: u64) -> Option<u64> {
        if let Some((number, rest)) = reference::varint(self.rest) {
            self.rest = rest;
            return Some(number).filter(|&number| number <= most);
        }
        self.minimal = false;
        let longest = if most == u64::MAX { 10 } else { 5 };
        let len = self.rest.iter().take(longest).position(|byte| byte & 0x80 == 0)? + 1;
        let (number, rest) = self.rest.split_at(len);
        self.rest = rest;
        let number = number.iter().rev().fold(0u128, |all, byte| all << 7 | u128::from(byte & 0x7f));
        u64::try_from(number).ok().filter(|&number| number <= most)
    }
}
