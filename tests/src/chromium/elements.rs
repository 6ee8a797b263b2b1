//! Fields, buttons and links by their accessible names, as the browser computes them.

use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use fantoccini::{Locator, wd::WebDriverCompatibleCommand};
use reqwest::Method;
use url::{ParseError, Url};

use super::{Chromium, LOOK_EVERY, PATIENCE, is_of_a_changing_page};

/// How long a page that a click loads is waited for.
const LOADS_WITHIN: Duration = Duration::from_secs(5);

/// What people look for.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Field,
    Button,
    Link,
}

impl Kind {
    fn selector(self) -> &'static str {
        match self {
            Self::Field => "input:not([type=hidden]):not([type=submit]), select, textarea",
            Self::Button => "button, input[type=submit], summary, [role=button]",
            Self::Link => "a[href]",
        }
    }
}

/// The accessible name of an element, by WebDriver's `computedlabel`.
#[derive(Debug)]
struct ComputedLabel {
    element: String,
}

impl WebDriverCompatibleCommand for ComputedLabel {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/element/{}/computedlabel", session.unwrap_or_default(), self.element))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::GET, None)
    }
}

impl Chromium {
    /// Writes into the field with this label, in place of what it holds. An empty text clears it.
    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.find(Kind::Field, label).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Sets a field that a person sets by a picker: a date, a time, a slider. `value` is as HTML has it.
    pub async fn set(&self, label: &str, value: &str) {
        let field = self.find(Kind::Field, label).await;
        let arguments = vec![serde_json::to_value(&field).unwrap(), value.into()];
        let script = "const [field, value] = arguments; field.value = value;
            for (const event of ['input', 'change']) field.dispatchEvent(new Event(event, { bubbles: true }));";
        self.client.execute(script, arguments).await.unwrap();
    }

    /// Chooses the option of this text in the list with this label.
    pub async fn choose(&self, label: &str, option: &str) {
        self.find(Kind::Field, label).await.select_by_label(option).await.unwrap();
    }

    /// Ticks the box, or picks the choice, with this label. One that is ticked stays so.
    pub async fn tick(&self, label: &str) {
        let field = self.find(Kind::Field, label).await;
        if !field.is_selected().await.unwrap() {
            field.click().await.unwrap();
        }
    }

    /// Clears the box with this label.
    pub async fn untick(&self, label: &str) {
        let field = self.find(Kind::Field, label).await;
        if field.is_selected().await.unwrap() {
            field.click().await.unwrap();
        }
    }

    /// What the field with this label holds.
    pub async fn value(&self, label: &str) -> String {
        let value = self.find(Kind::Field, label).await.prop("value").await.unwrap();
        value.unwrap_or_default()
    }

    /// Presses the button with this name and waits for what it loads.
    pub async fn press(&self, name: &str) {
        self.click(self.find(Kind::Button, name).await).await;
    }

    /// Clicks, and waits for the page that this loads: the driver comes back before an answer that takes its time. What
    /// loads none, as a download, is waited for in vain for some seconds.
    async fn click(&self, element: Element) {
        let loads = "return arguments[0].matches('a[href], button[type=submit], input[type=submit]')";
        let argument = serde_json::to_value(&element).unwrap();
        let loads = self.client.execute(loads, vec![argument]).await.unwrap_or_default();
        self.run("document.isLeft = true").await;
        element.click().await.unwrap();
        let deadline = Instant::now() + LOADS_WITHIN;
        while loads == true && Instant::now() < deadline {
            let loaded = "return !document.isLeft && document.readyState === 'complete'";
            // Between two pages there is nobody to ask.
            if self.client.execute(loaded, Vec::new()).await.unwrap_or_default() == true {
                return;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Presses the button with this name twice, faster than a page can answer.
    pub async fn press_twice(&self, name: &str) {
        let button = serde_json::to_value(self.find(Kind::Button, name).await).unwrap();
        self.client.execute("arguments[0].click(); arguments[0].click();", vec![button]).await.unwrap();
    }

    /// Switches off what the browser itself checks in forms, so that the answer of the server is seen.
    pub async fn without_validation(&self) {
        self.run("for (const form of document.forms) form.noValidate = true;").await;
    }

    /// Follows the link with this name.
    pub async fn follow(&self, name: &str) {
        self.click(self.find(Kind::Link, name).await).await;
    }

    /// Where the link with this name leads.
    pub async fn link(&self, name: &str) -> String {
        let address = self.find(Kind::Link, name).await.prop("href").await.unwrap();
        address.unwrap_or_default()
    }

    /// Whether the page offers a button with this name now.
    pub async fn has_button(&self, name: &str) -> bool {
        self.names_of(Kind::Button).await.iter().any(|one| one == name)
    }

    /// Whether the page offers a link with this name now.
    pub async fn has_link(&self, name: &str) -> bool {
        self.names_of(Kind::Link).await.iter().any(|one| one == name)
    }

    /// Whether the page has a field with this label now.
    pub async fn has_field(&self, label: &str) -> bool {
        self.names_of(Kind::Field).await.iter().any(|one| one == label)
    }

    /// The names of all buttons that the page shows, in order.
    pub async fn buttons(&self) -> Vec<String> {
        self.names_of(Kind::Button).await
    }

    /// Presses the tabulator key until the control with this name has the focus, and then Enter.
    ///
    /// # Panics
    /// When a hundred steps do not lead there.
    pub async fn enter_by_keyboard(&self, name: &str) {
        let mut passed = Vec::new();
        for _ in 0..100 {
            let focused = self.client.active_element().await.unwrap();
            let label = self.label(&focused).await.unwrap_or_default();
            if label == name {
                focused.send_keys(&Key::Enter.to_string()).await.unwrap();
                return;
            }
            passed.push(label);
            focused.send_keys(&Key::Tab.to_string()).await.unwrap();
        }
        panic!("the keyboard does not reach {name:?}, only {passed:?}");
    }

    async fn names_of(&self, kind: Kind) -> Vec<String> {
        self.labelled(kind).await.unwrap_or_default().into_iter().map(|(label, _)| label).collect()
    }

    /// The first that is shown with exactly this name.
    async fn find(&self, kind: Kind, name: &str) -> Element {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let there = match self.labelled(kind).await {
                Ok(elements) => elements,
                Err(error) if is_of_a_changing_page(&error) => Vec::new(),
                Err(error) => panic!("looking for {name:?}: {error}"),
            };
            let names: Vec<String> = there.iter().map(|(label, _)| label.clone()).collect();
            if let Some((_, element)) = there.into_iter().find(|(label, _)| label == name) {
                return element;
            }
            assert!(
                Instant::now() < deadline,
                "{} has no {kind:?} {name:?} but {names:?}, and shows:\n{}",
                self.address().await,
                self.text().await
            );
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    async fn labelled(&self, kind: Kind) -> Result<Vec<(String, Element)>, CmdError> {
        let mut labelled = Vec::new();
        for element in self.client.find_all(Locator::Css(kind.selector())).await? {
            if element.is_displayed().await? {
                labelled.push((self.label(&element).await?, element));
            }
        }
        Ok(labelled)
    }

    async fn label(&self, element: &Element) -> Result<String, CmdError> {
        let label = self.client.issue_cmd(ComputedLabel { element: element.element_id().into() }).await?;
        Ok(label.as_str().unwrap_or_default().to_owned())
    }
}
