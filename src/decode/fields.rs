//! Fields that go on from one block to the next.

use crate::text::Field;

/// Adds a field; one that starts where the last one does is that one, grown.
///
/// The reader of a block may have dropped what it knew of a field that it took for finished: then it is there anew.
pub(crate) fn lay(fields: &mut Vec<Field>, field: Field) {
    match fields.last_mut() {
        Some(last) if last.start == field.start && last.id == field.id => {
            (last.end, last.text) = (field.end, field.text);
        }
        _ => fields.push(field),
    }
}
