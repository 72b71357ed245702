//! Latitudes and longitudes in decimal degrees. It does not know degrees and minutes.

/// Whether a text holds a latitude and then a longitude, apart from signs and words only numbers, and is on no empty spot of the sea.
///
/// Around 0, 0 there is nothing but fractions that are no coordinates; poles and date line are mostly placeholders.
pub(super) fn coordinates(text: &str) -> bool {
    let parts: Vec<&str> =
        text.split(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))).filter(|p| has_digit(p)).collect();
    let [latitude, longitude] = parts.as_slice() else { return false };
    let (Some(latitude), Some(longitude)) = (degrees(latitude), degrees(longitude)) else { return false };
    latitude.abs() < 90.0 && longitude.abs() < 180.0 && (latitude.abs() >= 1.0 || longitude.abs() >= 1.0)
}

/// Whether a text is a latitude by itself. Below one degree it may be any fraction.
pub(super) fn latitude(text: &str) -> bool {
    degrees(text).is_some_and(|value| (1.0..90.0).contains(&value.abs()))
}

fn has_digit(part: &str) -> bool {
    part.bytes().any(|b| b.is_ascii_digit())
}

/// The value of `-?d.ddd`, without zeros in front.
fn degrees(text: &str) -> Option<f64> {
    let plain = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = plain.split_once('.')?;
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let padded = whole.len() > 1 && whole.starts_with('0');
    (digits(whole) && digits(fraction) && !padded).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{coordinates, latitude};

    #[test]
    fn halves() {
        assert!(latitude("-33.8568") && latitude("+1.0001"));
        assert!(!latitude("0.8568") && !latitude("90.0001") && !latitude("41") && !latitude(""));
    }

    #[test]
    fn pairs() {
        for valid in [
            "41.948614,-87.655311",
            "41.948614, -87.655311",
            "-33.8568 151.2153",
            "+48.8584,+2.2945",
            "51.4779, -0.0015",
            "41.948614, lon: -87.655311",
            "0.3476, 32.5825",
        ] {
            assert!(coordinates(valid), "{valid}");
        }
        for wrong in [
            "91.948614,-87.655311",
            "41.948614,-187.655311",
            "90.0000,180.0000",
            "0.0000,0.0000",
            "0.1234,0.5678",
            "041.948614,-87.655311",
            "41.948614",
            "41.948614,-87.655311,12.5",
            "41,-87",
            "4-1.948,8.123",
            "",
        ] {
            assert!(!coordinates(wrong), "{wrong}");
        }
    }
}
