//! The JSON schema of a machine description.

use super::Machine;

/// JSON schema of a machine description, for editors.
///
/// A description that `extends` another may leave out anything, so nothing is required in it, and keys
/// inside tables are never required here; the loader reports what the merged description lacks.
pub fn schema_json() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Machine).to_value();
    let required = schema
        .as_object_mut()
        .and_then(|root| root.remove("required"));
    if let Some(defs) = schema.get_mut("$defs").and_then(|d| d.as_object_mut()) {
        defs.values_mut().for_each(drop_required);
    }
    if let (Some(root), Some(required)) = (schema.as_object_mut(), required) {
        let extends = serde_json::json!([{ "required": ["extends"] }, { "required": required }]);
        root.insert("anyOf".to_owned(), extends);
    }
    schema
}

/// Kinds of an alternative keep theirs: it tells them apart.
fn drop_required(schema: &mut serde_json::Value) {
    if let Some(table) = schema.as_object_mut()
        && !table.contains_key("oneOf")
    {
        table.remove("required");
    }
}
