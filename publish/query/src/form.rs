//! Linear forms: which cells a value is the sum of, with which weights.
//!
//! A form is a binary value: for each cell its number and its weight, 16 bytes. None stands for no cell.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray, BinaryBuilder, Float64Array, Int64Array};
use arrow::datatypes::DataType;
use datafusion::common::cast::{as_binary_array, as_float64_array, as_int64_array};
use datafusion::error::Result;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, ColumnarValue, Expr, ScalarUDF, Volatility, create_udaf, create_udf,
};
use datafusion::scalar::ScalarValue;

/// Bytes of one cell.
const CELL_BYTES: usize = 16;

/// Cells and weights, each cell once.
pub(crate) type Form = BTreeMap<i64, f64>;

/// A form's bytes.
pub(crate) fn packed(form: &Form) -> Vec<u8> {
    form.iter()
        .flat_map(|(cell, weight)| [cell.to_le_bytes(), weight.to_le_bytes()].concat())
        .collect()
}

/// Adds a form's bytes, each weight times a factor.
fn add(form: &mut Form, bytes: &[u8], times: f64) {
    for entry in bytes.chunks_exact(CELL_BYTES) {
        let (cell, weight) = entry.split_at(8);
        let cell = i64::from_le_bytes(cell.try_into().unwrap_or_default());
        let weight = f64::from_le_bytes(weight.try_into().unwrap_or_default());
        *form.entry(cell).or_default() += weight * times;
    }
}

/// The form of bytes.
pub(crate) fn unpacked(bytes: &[u8]) -> Form {
    let mut form = Form::new();
    add(&mut form, bytes, 1.0);
    form
}

/// What makes forms in a plan.
#[derive(Clone)]
pub(crate) struct Forms {
    of_cell: Arc<ScalarUDF>,
    scaled: Arc<ScalarUDF>,
    joined: Arc<ScalarUDF>,
    sum: Arc<AggregateUDF>,
}

impl Forms {
    /// The functions.
    pub(crate) fn new() -> Self {
        let binary = || DataType::Binary;
        let scalar = |name: &str, takes: Vec<DataType>, f: fn(&[ArrayRef]) -> Result<ArrayRef>| {
            let run = move |values: &[ColumnarValue]| {
                let arrays = ColumnarValue::values_to_arrays(values)?;
                Ok(ColumnarValue::Array(f(&arrays)?))
            };
            create_udf(name, takes, DataType::Binary, Volatility::Immutable, Arc::new(run))
        };
        let sum = create_udaf(
            "form_sum",
            vec![binary()],
            Arc::new(binary()),
            Volatility::Immutable,
            Arc::new(|_| Ok(Box::new(Sum(Form::new())))),
            Arc::new(vec![binary()]),
        );
        Self {
            of_cell: Arc::new(scalar("form_of", vec![DataType::Int64], of_cell)),
            scaled: Arc::new(scalar("form_scaled", vec![binary(), DataType::Float64], scaled)),
            joined: Arc::new(scalar("form_joined", vec![binary(), binary()], joined)),
            sum: Arc::new(sum),
        }
    }

    /// The form of one cell.
    pub(crate) fn of_cell(&self, cell: Expr) -> Expr {
        self.of_cell.call(vec![cell])
    }

    /// A form times a number.
    pub(crate) fn scaled(&self, form: Expr, times: Expr) -> Expr {
        self.scaled.call(vec![form, datafusion::logical_expr::cast(times, DataType::Float64)])
    }

    /// The sum of two forms.
    pub(crate) fn joined(&self, a: Expr, b: Expr) -> Expr {
        self.joined.call(vec![a, b])
    }

    /// The sum of the forms of many rows.
    pub(crate) fn sum(&self, form: Expr) -> Expr {
        self.sum.call(vec![form])
    }

    /// The form of what is no estimate.
    pub(crate) fn none() -> Expr {
        datafusion::logical_expr::lit(ScalarValue::Binary(Some(Vec::new())))
    }
}

fn of_cell(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let cells: &Int64Array = as_int64_array(&arrays[0])?;
    let mut builder = BinaryBuilder::new();
    for cell in cells {
        builder.append_option(cell.map(|cell| packed(&Form::from([(cell, 1.0)]))));
    }
    Ok(Arc::new(builder.finish()))
}

fn scaled(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let (forms, times): (&BinaryArray, &Float64Array) =
        (as_binary_array(&arrays[0])?, as_float64_array(&arrays[1])?);
    let mut builder = BinaryBuilder::new();
    for (form, times) in forms.iter().zip(times) {
        let scaled = form.zip(times).map(|(bytes, times)| {
            let mut form = Form::new();
            add(&mut form, bytes, times);
            packed(&form)
        });
        builder.append_option(scaled);
    }
    Ok(Arc::new(builder.finish()))
}

fn joined(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let (a, b) = (as_binary_array(&arrays[0])?, as_binary_array(&arrays[1])?);
    let mut builder = BinaryBuilder::new();
    for (a, b) in a.iter().zip(b) {
        let mut form = Form::new();
        [a, b].into_iter().flatten().for_each(|bytes| add(&mut form, bytes, 1.0));
        builder.append_value(packed(&form));
    }
    Ok(Arc::new(builder.finish()))
}

/// Adds up forms.
#[derive(Debug)]
struct Sum(Form);

impl Sum {
    fn take(&mut self, values: &[ArrayRef]) -> Result<()> {
        let forms = as_binary_array(&values[0])?;
        forms.iter().flatten().for_each(|bytes| add(&mut self.0, bytes, 1.0));
        Ok(())
    }
}

impl Accumulator for Sum {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.take(values)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.take(states)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.evaluate()?])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Binary(Some(packed(&self.0))))
    }

    fn size(&self) -> usize {
        // A node of the map holds some more than its entries.
        std::mem::size_of::<Self>() + self.0.len() * 3 * CELL_BYTES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_add_up() {
        let form = Form::from([(3, 1.0), (7, -2.0)]);
        assert_eq!(unpacked(&packed(&form)), form);
        let arrays: Vec<ArrayRef> = vec![
            Arc::new(BinaryArray::from(vec![packed(&form).as_slice()])),
            Arc::new(BinaryArray::from(vec![packed(&Form::from([(7, 2.0), (9, 1.0)])).as_slice()])),
        ];
        let sum = joined(&arrays).expect("a sum");
        let sum = unpacked(as_binary_array(&sum).expect("forms").value(0));
        assert_eq!(sum, Form::from([(3, 1.0), (7, 0.0), (9, 1.0)]));
        let mut all = Sum(Form::new());
        for array in &arrays {
            all.update_batch(std::slice::from_ref(array)).expect("taken");
        }
        assert_eq!(all.0, sum);
    }
}
