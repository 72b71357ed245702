//! The command of `--notify`, cut into words as a shell would, without a shell: no variables, no globs, no pipes.

use anyhow::{Result, bail};

/// The words of a command: blanks part them, quotes and backslashes keep them together.
pub fn command_words(command: &str) -> Result<Vec<String>> {
    let (mut words, mut word) = (Vec::new(), None::<String>);
    let mut rest = command.chars();
    while let Some(c) = rest.next() {
        match c {
            ' ' | '\t' | '\n' | '\r' => words.extend(word.take()),
            '\'' | '"' => quoted(c, &mut rest, word.get_or_insert_default())?,
            '\\' => match rest.next() {
                Some(next) => word.get_or_insert_default().push(next),
                None => bail!("--notify: ends with a backslash; put what it stands before behind it"),
            },
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    if words.first().is_none_or(String::is_empty) {
        bail!("--notify: names no command");
    }
    Ok(words)
}

fn quoted(quote: char, rest: &mut std::str::Chars<'_>, word: &mut String) -> Result<()> {
    while let Some(c) = rest.next() {
        match c {
            c if c == quote => return Ok(()),
            '\\' if quote == '"' => match rest.next() {
                Some(next @ ('"' | '\\' | '$' | '`')) => word.push(next),
                Some(next) => word.extend(['\\', next]),
                None => break,
            },
            c => word.push(c),
        }
    }
    bail!("--notify: a {quote} is not closed")
}

#[cfg(test)]
mod tests {
    use super::command_words;

    #[test]
    fn words_are_those_of_a_shell() {
        let words = |text: &str| command_words(text).map_err(|error| error.to_string());
        assert_eq!(words("mail -s 'new data' a@b.example").unwrap(), ["mail", "-s", "new data", "a@b.example"]);
        assert_eq!(words(r#"sh -c "echo \"$HOME\" | cat""#).unwrap(), ["sh", "-c", "echo \"$HOME\" | cat"]);
        assert_eq!(words(r"a\ b '' c'd'e").unwrap(), ["a b", "", "cde"]);
        assert_eq!(words("  x\ty\n").unwrap(), ["x", "y"]);
        for wrong in ["", "  ", "''", "a 'b", "a \"b\\", "a \\"] {
            assert!(words(wrong).is_err(), "{wrong}");
        }
    }
}
