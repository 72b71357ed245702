//! The Individual Taxpayer Identification Number of the United States. It has no check digit: the middle digits tell what was issued.

use super::written::{Written, value};

/// Whether a text has the form of an issued taxpayer number: `9NN-NN-NNNN`, spaces, or no separators.
pub(super) fn itin(text: &str) -> bool {
    let Some(written) = Written::parse(text, b"- ") else { return false };
    let Some(digits) = written.digits::<9>() else { return false };
    let [9, _, _, group @ .., _, _, _, _] = &digits else { return false };
    // 89 and 93 (adoptions) are other numbers; 66 to 69 have not been issued.
    (written.is_plain() || written.is_grouped(&[3, 2])) && matches!(value(group), 50..=65 | 70..=88 | 90..=92 | 94..=99)
}

#[cfg(test)]
mod tests {
    use super::itin;

    #[test]
    fn taxpayers() {
        for valid in ["912-90-3456", "912 70 3456", "912903456", "900-50-0001", "999-99-9999"] {
            assert!(itin(valid), "{valid}");
        }
        for wrong in [
            "812-90-3456",
            "912-93-3456",
            "912-89-3456",
            "912-69-3456",
            "912-49-3456",
            "912-90 3456",
            "91290345",
            "9129034567",
            "",
        ] {
            assert!(!itin(wrong), "{wrong}");
        }
    }
}
