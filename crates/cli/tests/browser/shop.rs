//! The shop as a process, and the ways of a customer through it.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

#[cfg(feature = "redis")]
use super::servers::Redis;
use super::{browser::Browser, dir::Dir, older::older_login};

/// A running shop with a key ring of its own; killed when dropped.
pub(crate) struct Shop {
    child: Child,
    port: u16,
    options: Vec<String>,
    pub(crate) origin: String,
    dir: Dir,
    home: Home,
    /// The server that has its sessions.
    #[cfg(feature = "redis")]
    server: Option<Redis>,
}

/// Where a shop keeps carts and addresses.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Home {
    Cookies,
    /// An SQLite file.
    File,
    #[cfg(feature = "redis")]
    Server,
}

impl Shop {
    /// Makes a ring, and opens on a free port.
    pub(crate) fn open() -> Self {
        Self::open_with(&[])
    }

    /// The same, with more options of `gingersnap demo`.
    pub(crate) fn open_with(options: &[&str]) -> Self {
        let dir = Dir::new();
        run(&dir, &["keys", "init", "--plaintext"]);
        let options: Vec<String> = options.iter().map(ToString::to_string).collect();
        let (child, origin) = serve(&dir, 0, &options);
        let port = origin.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
        Self {
            child,
            port,
            options,
            origin,
            dir,
            home: Home::Cookies,
            #[cfg(feature = "redis")]
            server: None,
        }
    }

    /// The same with carts and addresses there; nothing if there is no such server to be had.
    pub(crate) fn open_at(home: Home) -> Option<Self> {
        let in_store = |url: &str| Self::open_with(&["--store", url, "--place", "store"]);
        let mut shop = match home {
            Home::Cookies => Self::open(),
            Home::File => in_store(FILE),
            #[cfg(feature = "redis")]
            Home::Server => {
                let server = Redis::start()?;
                run(&Dir::new(), &["store", "init", &server.url()]);
                in_store(&server.url()).on(server)
            }
        };
        shop.home = home;
        Some(shop)
    }

    #[cfg(feature = "redis")]
    fn on(mut self, server: Redis) -> Self {
        self.server = Some(server);
        self
    }

    /// Checks that who is logged in has their cart in a cookie, or a pointer in it, as this shop keeps carts.
    #[track_caller]
    pub(crate) fn has_the_cart_at_home(&self, browser: &Browser) {
        let cookie = browser.cookie("__Host-session-own").expect("a cart");
        assert_eq!(cookie.len() == POINTER, self.home != Home::Cookies, "{:?}: {cookie}", self.home);
    }

    /// SIGTERM, and the same again: port and ring stay.
    pub(crate) fn restart(&mut self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs").success());
        assert_eq!(self.child.wait().expect("an end").code(), Some(0));
        (self.child, self.origin) = serve(&self.dir, self.port, &self.options);
    }

    /// Runs another command on the shop's ring.
    pub(crate) fn gingersnap(&self, args: &[&str]) -> String {
        let output = run(&self.dir, args);
        String::from_utf8(output.stdout).expect("text")
    }

    /// The same, for a command that writes JSON.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.gingersnap(args)).expect("JSON")
    }

    /// Gives the browser a login of `age` seconds ago.
    pub(crate) fn let_in(&self, browser: &Browser, email: &str, age: u64) {
        browser.set_cookie("__Host-id", &older_login(&self.dir.path().join("ring.json"), email, age));
    }

    /// The key that seals now.
    pub(crate) fn active_key(&self) -> String {
        let list = self.json(&["keys", "list", "--json"]);
        let keys = list["keys"].as_array().expect("keys").iter();
        let active: Vec<_> = keys.filter(|key| key["state"] == "active").collect();
        assert_eq!(active.len(), 1);
        active[0]["key"].as_str().expect("an id").to_owned()
    }

    /// The key that sealed a token.
    pub(crate) fn key_of(&self, token: &str) -> String {
        self.json(&["token", "inspect", token, "--json"])["key"].as_str().expect("an id").to_owned()
    }

    /// Everything that the shop logged since its last start.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(log_path(&self.dir)).expect("a log")
    }
}

/// Its tables are made by the shop.
pub(crate) const FILE: &str = "sqlite:sessions.db";
/// Characters of a pointer to a session in a store: a person's cart is longer.
pub(crate) const POINTER: usize = 96;

impl Drop for Shop {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn command(dir: &Dir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gingersnap"));
    command.current_dir(dir.path()).stdin(Stdio::null()).env_remove("GINGERSNAP_LOG");
    command.env_remove("GINGERSNAP_ALLOW_GROUP_READ").env_remove("GINGERSNAP_STORE");
    command.env("GINGERSNAP_KEYS", dir.path().join("ring.json"));
    command
}

fn run(dir: &Dir, args: &[&str]) -> Output {
    let output = command(dir).args(args).output().expect("the command runs");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

fn serve(dir: &Dir, port: u16, options: &[String]) -> (Child, String) {
    let log = File::create(log_path(dir)).expect("a log");
    let mut serve = command(dir);
    serve.args(["demo", "--listen", &format!("127.0.0.1:{port}")]).args(options);
    let mut child = serve.stdout(Stdio::piped()).stderr(log).spawn().expect("the shop opens");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("stdout")).read_line(&mut line).expect("a line");
    let origin = line.trim().rsplit(' ').next().expect("an origin").to_owned();
    assert!(origin.starts_with("http"), "{line} {}", fs::read_to_string(log_path(dir)).unwrap_or_default());
    (child, origin)
}

fn log_path(dir: &Dir) -> PathBuf {
    dir.path().join("log")
}

/// A customer's actions.
impl Browser {
    pub(crate) fn log_in(&self, origin: &str, email: &str) {
        self.goto(&format!("{origin}/login"));
        self.fill("#email", email);
        self.click("main form button");
    }

    /// Logs in to stay.
    pub(crate) fn log_in_and_stay(&self, origin: &str, email: &str) {
        self.goto(&format!("{origin}/login"));
        self.fill("#email", email);
        self.script("document.querySelector('#remember').click()");
        self.click("main form button");
    }

    pub(crate) fn log_out(&self) {
        self.click("form[action='/logout'] button");
    }

    /// Puts a product into the cart, from the shelf.
    pub(crate) fn add(&self, item: &str, quantity: u16) {
        self.fill(&format!("#qty-{item}"), &quantity.to_string());
        self.click(&format!("#qty-{item} + button"));
    }

    /// Asks the bakers for something.
    pub(crate) fn ask_for(&self, text: &str) {
        self.fill("#request", text);
        self.click(".request button");
    }

    /// Asks for more and more until the cart is full; returns how often that went well.
    pub(crate) fn fill_the_cart(&self) -> usize {
        self.ask_until(|| self.title().starts_with("Your cart is full")) - 1
    }

    /// Puts much into the cart at once, without typing.
    pub(crate) fn put_much_into_the_cart(&self) {
        for number in 1..=25 {
            let form = format!("qty=1&item=x{number:02}{}", "+a+biscuit".repeat(9));
            self.fetch(number, "/cart-items", Some(&form));
            self.fetched(number);
        }
        self.reload();
    }

    /// Asks for more and more until that is so; returns how often.
    #[track_caller]
    pub(crate) fn ask_until(&self, is_so: impl Fn() -> bool) -> usize {
        let asked = (1..60).find(|asked| {
            self.ask_for(&format!("{asked:02} {}", "a cake ".repeat(13)));
            is_so()
        });
        asked.expect("it is so in the end")
    }

    /// The lines of the cart.
    pub(crate) fn cart(&self) -> Vec<String> {
        self.texts("#cart .name")
    }

    /// Returns the customer who is logged in, as the page says.
    pub(crate) fn customer(&self) -> Option<String> {
        let log_out = self.count("form[action='/logout'] button");
        let log_in = self.count("nav a[href='/login']");
        let mut who = self.texts("nav .who");
        // A page that knows its customer offers to log out, any other to log in.
        assert_eq!((log_out, log_in), (who.len(), 1 - who.len()), "{}", self.title());
        who.pop()
    }

    /// The messages above the page.
    pub(crate) fn messages(&self) -> Vec<String> {
        self.texts(".message")
    }
}
