//! What a page with its resources sends upwards, by the size of the cookie.

use crate::csv::Csv;
use crate::picture::Anchor;
use crate::pictures::headed;

const SIZES: [&str; 3] = ["400", "2000", "4000"];
const WAYS: [(&str, &str, &str, &str); 3] = [
    ("HTTP/1.1", "0", "HTTP/1.1", "s5"),
    ("HTTP/2", "4096", "HTTP/2, table of 4,096", "s3"),
    ("HTTP/2", "65536", "HTTP/2, table of 65,536", "s0"),
];

/// Bars of bytes up, and beside each how long the page takes on a narrow uplink.
pub(crate) fn draw(wire: &Csv) -> String {
    let title = "Bytes up for a page with 30 resources, in Chromium";
    let below = "TLS and all, on a connection that is open. Full: the cookie stays as it is; hollow: each answer changes it.";
    let mut picture = headed(606.0, title, below);
    picture.text("muted", (980.0, 50.0), Anchor::End, "load on an uplink of 1 Mbit/s");
    let mut y = 76.0;
    for octets in SIZES {
        picture.text("strong", (20.0, y + 8.0), Anchor::Start, &format!("a cookie of {octets} octets"));
        y += 20.0;
        for (protocol, table, name, class) in WAYS {
            for (cookie, hollow) in [("unchanged", ""), ("changing", " hollow")] {
                let of = |column: &str| wire.find(&[protocol, table, octets, cookie], column)[0];
                let (up, narrow) = (of("page_up"), of("narrow_ms"));
                if hollow.is_empty() {
                    picture.text("axis", (210.0, y + 19.0), Anchor::End, name);
                }
                let length = 560.0 * up / 150_000.0;
                picture.rectangle(&format!("{class}{hollow}"), (220.0, y), (length.max(1.0), 14.0));
                picture.text("muted", (228.0 + length, y + 12.0), Anchor::Start, &format!("{up:.0}"));
                picture.text("muted", (980.0, y + 12.0), Anchor::End, &format!("{narrow:.0} ms"));
                y += 18.0;
            }
            y += 14.0;
        }
        y += 14.0;
    }
    picture.to_string()
}
