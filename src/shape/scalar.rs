//! Numbers, booleans and characters, as kind and bits.

/// A value of one piece.
pub(super) trait Scalar: Copy + 'static {
    /// Its name in Rust; two of different kinds have different encodings.
    const KIND: &'static str;
    /// Values for trying a type out: the empty one first.
    const SAMPLES: [Self; 3];

    fn bits(self) -> [u8; 16];
    fn from_bits(bits: [u8; 16]) -> Self;
}

macro_rules! numbers {
    ($($number:ident $samples:expr;)*) => { $(
        impl Scalar for $number {
            const KIND: &'static str = stringify!($number);
            const SAMPLES: [Self; 3] = $samples;

            fn bits(self) -> [u8; 16] {
                let mut bits = [0; 16];
                bits.iter_mut().zip(self.to_le_bytes()).for_each(|(to, from)| *to = from);
                bits
            }

            fn from_bits(bits: [u8; 16]) -> Self {
                let mut own = [0; size_of::<Self>()];
                own.iter_mut().zip(bits).for_each(|(to, from)| *to = from);
                Self::from_le_bytes(own)
            }
        }
    )* };
}

numbers! {
    u8 [0, 1, 2]; u16 [0, 1, 2]; u32 [0, 1, 2]; u64 [0, 1, 2]; u128 [0, 1, 2];
    i8 [0, 1, 2]; i16 [0, 1, 2]; i32 [0, 1, 2]; i64 [0, 1, 2]; i128 [0, 1, 2];
    f32 [0.0, 1.0, 2.0]; f64 [0.0, 1.0, 2.0];
}

impl Scalar for bool {
    const KIND: &'static str = "bool";
    const SAMPLES: [Self; 3] = [false, true, true];

    fn bits(self) -> [u8; 16] {
        u8::from(self).bits()
    }

    fn from_bits(bits: [u8; 16]) -> Self {
        u8::from_bits(bits) != 0
    }
}

impl Scalar for char {
    const KIND: &'static str = "char";
    const SAMPLES: [Self; 3] = ['a', 'b', '0'];

    fn bits(self) -> [u8; 16] {
        u32::from(self).bits()
    }

    fn from_bits(bits: [u8; 16]) -> Self {
        Self::from_u32(u32::from_bits(bits)).unwrap_or_default()
    }
}
