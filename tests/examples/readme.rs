//! The README's program.

use crate::browser::Browser;
use crate::readme_program::app;

#[tokio::test]
async fn the_readmes_program_runs_as_it_is_pasted() {
    let mut browser = Browser::new(app().unwrap());
    assert_eq!(browser.get("/").await, "0 lines, signed in: None\n");
    assert_eq!(browser.post("/add", "item=tea&qty=2").await, "-> /");
    assert_eq!(browser.get("/").await, "1 lines, signed in: None\n");
    assert_eq!(browser.cookies(), ["__Host-flash", "__Host-session"]);
    assert_eq!(browser.post("/login", "").await, "-> /");
    assert_eq!(browser.post("/order", "").await, "1 lines for ada@example.com\n");
}
