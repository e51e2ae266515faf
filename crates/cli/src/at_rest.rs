//! Rings encrypted at rest: reading and writing them.
//!
//! The operator's word decides, not what lies there: with an identity or recipients given, a ring in clear is refused unless
//! `--plaintext` says that it is meant, and it is never written so. Somebody may have put it there in place of the encrypted one,
//! whose keys would be theirs. The rules for a server are in `demo/keys.rs`.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gingersnap::keystore::{
    Envelope, FileKeystore, Keystore, KeystoreError, KeystoreErrorKind as Kind, Loaded,
};

use crate::args::AtRestArgs;
use crate::edge;
use crate::error::Error;
use crate::place::Location;

/// The identity and the recipients that the options, the environment and systemd give, and whether a ring in clear is meant.
#[derive(Debug, Default)]
pub(crate) struct AtRest {
    identity: Option<Identity>,
    recipients: Option<Recipients>,
    plaintext: bool,
}

/// The text of an identity file, wiped when dropped, and where it came from.
#[derive(Debug)]
pub(crate) struct Identity {
    from: String,
    text: Loaded,
}

#[derive(Debug)]
struct Recipients {
    path: PathBuf,
    text: String,
}

/// The ring at a location: opened with the identity, sealed for the recipients. One in clear is taken where that is
/// meant, and by default `where_none_is_given` an identity or recipients.
pub(crate) fn open(
    location: &Location,
    allow_group_read: bool,
    at_rest: &AtRest,
    where_none_is_given: bool,
) -> Result<Arc<dyn Keystore>, Error> {
    let takes_clear = at_rest.plaintext || (where_none_is_given && !at_rest.is_given());
    let envelope = at_rest.envelope()?.allow_plaintext(takes_clear);
    Ok(envelope.around(location.keystore(allow_group_read)))
}

impl AtRest {
    /// Reads the files that the options name, or what stands in their place.
    pub(crate) fn new(args: &AtRestArgs, allow_group_read: bool, plaintext: bool) -> Result<Self, Error> {
        let credentials = edge::credentials_directory();
        let identity = match (&args.identity, edge::identity_variable(), &credentials) {
            (Some(path), ..) => {
                let credential = credentials.as_ref().is_some_and(|directory| path.starts_with(directory));
                Some(Identity::read(path, allow_group_read || credential)?)
            }
            (None, Some(text), _) => {
                let text = Loaded::new(text.into_encoded_bytes().into());
                Some(Identity { from: edge::IDENTITY_VARIABLE.into(), text })
            }
            (None, None, Some(directory)) => {
                let path = directory.join(CREDENTIAL);
                if path.exists() { Some(Identity::read(&path, true)?) } else { None }
            }
            (None, None, None) => None,
        };
        let recipients = args.recipients.as_deref().map(Recipients::read).transpose()?;
        Ok(Self { identity, recipients, plaintext })
    }

    /// Returns true if the operator says that a ring in clear is meant.
    pub(crate) const fn is_plaintext(&self) -> bool {
        self.plaintext
    }

    /// Returns true if the ring is to be encrypted: there is something to open it with, or to seal it for.
    pub(crate) const fn is_given(&self) -> bool {
        self.identity.is_some() || self.recipients.is_some()
    }

    /// Returns true if a ring in clear may be what the operator put there.
    const fn takes_clear(&self) -> bool {
        self.plaintext || !self.is_given()
    }

    /// Returns true if a ring that is written now could not be read again.
    pub(crate) const fn seals_for_others(&self) -> bool {
        self.recipients.is_some() && self.identity.is_none()
    }

    /// These identities and recipients. It takes no plaintext yet.
    fn envelope(&self) -> Result<Envelope, Error> {
        let mut envelope = Envelope::new();
        if let Some(identity) = &self.identity {
            envelope = identity.envelope()?;
        }
        if let Some(Recipients { path, text }) = &self.recipients {
            envelope = envelope.recipients(text).map_err(at(&KeystoreError::shown(path)))?;
        }
        Ok(envelope)
    }

    /// Opens encrypted rings, and rings in clear where they are meant.
    pub(crate) fn reader(&self) -> Result<Envelope, Error> {
        Ok(self.envelope()?.allow_plaintext(self.takes_clear()))
    }

    /// Opens encrypted rings and rings in clear, for those who put right what lies there.
    pub(crate) fn reader_of_any_form(&self) -> Result<Envelope, Error> {
        Ok(self.envelope()?.allow_plaintext(true))
    }

    /// Writes a new ring, or one that is to be kept in another form.
    pub(crate) fn writer(&self) -> Result<Envelope, Error> {
        match (&self.recipients, self.plaintext) {
            (Some(_), false) => self.envelope(),
            (None, true) => Ok(Envelope::new().allow_plaintext(true)),
            (Some(_), true) => Err(Error::usage("both recipients and --plaintext are given")
                .with_hint("leave out --plaintext, or --recipients and GINGERSNAP_RECIPIENTS")),
            (None, false) => {
                Err(Error::usage("no recipients are given to encrypt the ring for").with_hint(MAKE))
            }
        }
    }

    /// Writes in place of an existing ring: encrypted if that was, for the same recipients, or if it is to be.
    pub(crate) fn writer_as(&self, location: &Location, stored: &[u8]) -> Result<Envelope, Error> {
        match (Envelope::recipients_of(stored), &self.recipients) {
            (None, _) if self.takes_clear() => Ok(Envelope::new().allow_plaintext(true)),
            (None, _) => self.writer(),
            (Some(before), Some(_)) => {
                let writer = self.envelope()?;
                check_alike(location, before, &writer, stored)?;
                Ok(writer)
            }
            (Some(_), None) => {
                Err(Error::usage(format!("{location}: the ring is encrypted, and does not say for whom"))
                    .with_hint("--recipients names the file with all its recipients, age1… one a line"))
            }
        }
    }
}

/// Refuses other recipients than before: no file with another in the escrow's or the nodes' place may lose them.
fn check_alike(location: &Location, before: usize, writer: &Envelope, stored: &[u8]) -> Result<(), Error> {
    if writer.seals_alike(stored).map_err(at(location))? {
        return Ok(());
    }
    let now = writer.recipient_names().len();
    let (s, are) = (if before == 1 { "" } else { "s" }, if now == 1 { "is" } else { "are" });
    let other = if before == now { "other " } else { "" };
    let message =
        format!("{location}: the ring is encrypted for {before} recipient{s}, and {other}{now} {are} given");
    Err(Error::usage(message)
        .with_hint("--recipients names the file with all of them; `gingersnap keys rewrap` is for others"))
}

/// Describes stored bytes: the number of recipients, with a warning if none can help once the identity is lost.
pub(crate) fn describe(stored: &[u8]) -> String {
    match Envelope::recipients_of(stored) {
        None => "not encrypted: whoever reads it can forge sessions".into(),
        Some(1) => format!("encrypted for 1 recipient\nwarning: {NO_ESCROW}"),
        Some(number) => format!("encrypted for {number} recipients"),
    }
}

impl Identity {
    /// Opens with it, and seals for nobody yet.
    pub(crate) fn envelope(&self) -> Result<Envelope, Error> {
        let Self { from, text } = self;
        let text = str::from_utf8(text.bytes());
        let text = text.map_err(|_| Error::usage(format!("{from}: it is not text")))?;
        Envelope::new().identities(text).map_err(at(from))
    }

    pub(crate) fn read(path: &Path, allow_group_read: bool) -> Result<Self, Error> {
        let file = FileKeystore::new(path).allow_group_read(allow_group_read);
        let text = file.read().map_err(|error| match error.kind() {
            Kind::NotFound => Error::from(error).with_hint("--identity names the file of an age identity"),
            Kind::TooOpen => Error::from(error).with_hint(REPLACE),
            _ => error.into(),
        })?;
        Ok(Self { from: KeystoreError::shown(path), text })
    }
}

impl Recipients {
    /// Reads the recipients. They are no secret, but whoever may write the file reads the next ring.
    fn read(path: &Path) -> Result<Self, Error> {
        let text = FileKeystore::new(path).read_public().map_err(|error| match error.kind() {
            Kind::NotFound => Error::from(error).with_hint("--recipients names a file with age1… one a line"),
            Kind::TooOpen => Error::from(error).with_hint(LOOK),
            _ => error.into(),
        })?;
        let text = str::from_utf8(text.bytes());
        let text = text
            .map_err(|_| Error::usage(format!("{}: it is not text", KeystoreError::shown(path))))?
            .to_owned();
        Ok(Self { path: path.to_owned(), text })
    }
}

/// Returns a function that adds the place to errors about the ring there.
pub(crate) fn at(place: &impl Display) -> impl Fn(KeystoreError) -> Error {
    move |error| Error::in_place(place, error)
}

const NO_ESCROW: &str = "whoever loses its identity loses the ring: `gingersnap keys rewrap` adds a recipient who is kept elsewhere";

/// The name under which systemd passes the identity.
const CREDENTIAL: &str = "gingersnap-identity";
const REPLACE: &str = "`chmod 600` it, or --allow-group-read for its group; if others may have read it, \
`gingersnap keys rewrap` for another one, then `gingersnap keys emergency`";
const LOOK: &str = "`chmod go-w` it, and look whether every recipient in it is known";
const MAKE: &str = if cfg!(feature = "age") {
    "paste these three lines, then give --recipients recipients.txt here, and --identity identity.txt \
to whatever reads the ring; keep escrow.txt elsewhere, for the day when that is lost; or --plaintext writes it in clear
  gingersnap keys identity identity.txt > recipients.txt
  gingersnap keys identity escrow.txt >> recipients.txt
  chmod go-w recipients.txt"
} else {
    "--plaintext writes it in clear; a build with the feature `age` encrypts it"
};
