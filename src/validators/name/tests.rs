use super::{full, full_opens, labelled, titled};

const FULL: &[&str] = &[
    "Maria Garcia",
    "John F. Kennedy",
    "Ludwig van Beethoven",
    "Jean-Pierre Dubois",
    "José García López",
    "Jürgen Müller",
    "Anna Maria Rossi",
    "João da Silva",
    "Sean O'Brien",
    "Jean DUPONT",
    "Robert Kowalczykowski",
    "Mary Ann McDonald",
    "Agnieszka Wiśniewska",
    "Gianluca Brambilla",
    "Sjoerd Hoekstra",
    "Dietmar Mueller",
    "J. Garcia",
    "J. R. R. Montgomery",
];

#[test]
fn full_names() {
    for name in FULL {
        assert!(full(name), "{name}");
        assert!(full_opens(name.as_bytes()), "{name}");
    }
    for text in [
        "San Francisco",
        "New York",
        "Santa Claus",
        "Goldman Sachs",
        "Ernst Young",
        "Copyright Holder",
        "Grace Period",
        "Madison Avenue",
        "May Day",
        "Will Return",
        "Christian Church",
        "Jordan River",
        "Harvard University",
        "Maria",
        "Rose Garden",
        "Mark As",
        "Jenkins Pipeline",
        "Red Hat",
        "Victoria Station",
        "JOHN SMITH",
        "john smith",
        "John smith",
        "Austin Texas",
        "Jackson Library",
        "Jane Doe",
        "Calvin Klein",
        "",
        " ",
        "E. Coli",
        "Hong Kong",
        "Hong Kong Airlines",
        "Washington Post",
        "Eine Frau",
        "Von der Tann",
        "Juli zum Treffpunkt",
        "John S",
    ] {
        assert!(!full(text), "{text}");
    }
}

#[test]
fn labelled_names() {
    for name in [
        "maria garcia lopez",
        "MARIA GARCIA",
        "Garcia, Maria",
        "GARCIA LOPEZ, Maria J.",
        "J. Garcia",
        "Xyzzia Garcia",
        "Maria Xyzzios",
        "DUPONT Jean",
        "agnieszka wiśniewska",
        "SJOERD HOEKSTRA",
        "gianluca brambilla",
    ] {
        assert!(labelled(name), "{name}");
    }
    for text in [
        "visual studio",
        "Visual Studio",
        "hello world",
        "first name",
        "self, val",
        "short, long",
        "will wait",
        "Xyzzia Xyzzios",
        "foo bar",
        "New York",
        "error code",
        "First Pass",
        "WORK WILL",
    ] {
        assert!(!labelled(text), "{text}");
    }
}

#[test]
fn titled_names() {
    for name in
        ["Dr. Xyzzia Xyzzios", "Frau Dr. Erika Muster", "Mr John Smith", "MR JOHN SMITH", "Señora Ana de la Cruz"]
    {
        assert!(titled(name), "{name}");
    }
    for text in ["Mr Smith", "Dr Who And", "Lord of the", "Sir", "Dr. Street View"] {
        assert!(!titled(text), "{text}");
    }
}
