use super::*;
use crate::formats::ranges::tests::shown;

fn xml(text: &str) -> Vec<String> {
    shown(text, || Elements::new(false))
}

fn html(text: &str) -> Vec<String> {
    shown(text, || Elements::new(true))
}

#[test]
fn text_and_attributes_stand_under_their_names() {
    let text = "<?xml version='1.0'?>\n<!-- <x>no</x> -->\n<a>\n <ns:ssn kind=\"tax\">1 <b>2</b> 3</ns:ssn>\n <c d='4'/>5\n</a>";
    let expected = ["a.ns:ssn.kind > tax", "a.ns:ssn > 1 ", "a.ns:ssn.b > 2", "a.ns:ssn > 3", "a.c.d > 4", "a > 5\n"];
    assert_eq!(xml(text), expected);
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(crate::formats::ranges::tests::ranges(&utf16, || Elements::new(false)).len(), 6);
}

#[test]
fn a_name_given_by_an_attribute_counts() {
    assert_eq!(xml("<add key=\"CARD\" value=\"1\"/>"), ["add.key > CARD", "add.CARD.value > 1"]);
    assert_eq!(xml("<p name='ssn'>1</p>2"), ["p.name > ssn", "p.ssn > 1"]);
}

#[test]
fn data_sections_and_signs_that_are_no_markup() {
    assert_eq!(xml("<a><![CDATA[1 <b> ]] 2]]></a>"), ["a > 1 <b> ]] 2"]);
    assert_eq!(xml("<a>1 < 2 <3> </b></a>"), ["a > 1 ", "a > < 2 ", "a > <3> "]);
    assert_eq!(xml("<a b=\"never closed <c>1</c>"), ["c > 1"]);
    let long = format!("<a b=\"{}", "x".repeat(200_000));
    assert_eq!(xml(&format!("<r>{long}</r>")).len(), 1);
}

#[test]
fn html_leaves_elements_open() {
    let text = "<!DOCTYPE html><HTML><body><p>1<p>2<br>3<ul><li>4<li>5</ul>6</body></html>";
    let expected = [
        "html.body.p > 1",
        "html.body.p > 2",
        "html.body.p > 3",
        "html.body.p.ul.li > 4",
        "html.body.p.ul.li > 5",
        "html.body.p > 6",
    ];
    assert_eq!(html(text), expected);
    assert_eq!(html("<div><script>if (a<b) { x('</div>') }</script>1</div>").last().unwrap(), "div > 1");
}

#[test]
fn nesting_is_bounded() {
    let text = format!("{}1{}2", "<a>".repeat(5000), "</a>".repeat(5000));
    let found = xml(&text);
    assert_eq!(found.len(), 1);
    assert!(found[0].ends_with(" > 1"));
}

#[test]
fn markup_is_known_by_its_start() {
    let is = |name: &str, text: &str| {
        let mut content = Content::memory(name.as_bytes(), text.as_bytes().to_vec());
        (XML.recognizes(&mut content), HTML.recognizes(&mut content))
    };
    for text in ["<?xml version=\"1.0\"?><a/>", "\u{feff} <a>1</a>", "<a b='1'/>", "<!-- x --><a/>"] {
        assert_eq!(is("x", text), (true, false), "{text}");
    }
    for text in ["<!DOCTYPE HTML>", "\n<html lang=en>"] {
        assert_eq!(is("x", text), (false, true), "{text}");
    }
    assert_eq!(is("x.htm", "<p>1"), (false, true));
    for text in ["", "<", "a <b>c</b>", "<stdin>: error", "< x", "{}"] {
        assert_eq!(is("x", text), (false, false), "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_gives_the_same_ranges_in_any_pieces(text in r#"[<>a&;#6/!="' \n?\-é\[\]]{0,80}"#, html: bool) {
        shown(&text, || Elements::new(html));
    }
}

#[test]
fn references_are_what_they_stand_for() {
    let text = "<a b='&quot;1&#64;2'>x &lt;b&gt; &amp;amp; &unknown; &#x2d;</a><!-- &amp; -->&nbsp;";
    assert_eq!(xml(text), ["a.b > \"1@2", "a > x <b> &amp; &unknown; -"]);
}

#[test]
fn cells_of_html_stand_under_the_names_of_their_columns() {
    let text = "<table><tr><th>Name<th><p>Card <b>number</b></tr><tr><td>Ann<td>4111</tr><tr><td>Bo</td></table><td>x";
    let expected = [
        "table.tr.th > Name",
        "table.tr.th.p > Card ",
        "table.tr.th.p.b > number",
        "table.tr.td.Name > Ann",
        "table.tr.td.Card number > 4111",
        "table.tr.td.Name > Bo",
        "td > x",
    ];
    assert_eq!(html(text), expected);
    // Nothing that names: data from the first row on, a title, one column.
    assert_eq!(html("<table><tr><td>20250101<td>b</tr><tr><td>1</table>").last().unwrap(), "table.tr.td > 1");
    let titled = "<table><tr><td>Staff</tr><tr><td>Name<td>SSN</tr><tr><td>Ann<td>1</tr></table>";
    assert_eq!(html(titled).last().unwrap(), "table.tr.td.SSN > 1");
    let inner = "<table><tr><td>A<td>B</tr><tr><td><table><tr><td>C<td>D</tr><tr><td>1</table></td><td>2</table>";
    assert_eq!(html(inner)[4..], ["table.tr.td.A.table.tr.td.C > 1", "table.tr.td.B > 2"]);
    let _ = html(&"<table><tr><td>a".repeat(5000));
}
