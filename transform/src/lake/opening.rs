//! How the engine opens the files of an encrypted lake: the key of each is found by what it tells.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::common::config::EncryptionFactoryOptions;
use datafusion::common::encryption::{FileDecryptionProperties, FileEncryptionProperties};
use datafusion::error::Result;
use datafusion::execution::parquet_encryption::EncryptionFactory;
use datafusion::object_store::path::Path;
use datafusion::prelude::SessionContext;

const NAME: &str = "lake";

/// Opens every Parquet file that this context reads, and writes none.
struct Opening(Arc<FileDecryptionProperties>);

impl std::fmt::Debug for Opening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Opening(…)")
    }
}

#[async_trait]
impl EncryptionFactory for Opening {
    async fn get_file_encryption_properties(
        &self,
        _: &EncryptionFactoryOptions,
        _: &SchemaRef,
        _: &Path,
    ) -> Result<Option<Arc<FileEncryptionProperties>>> {
        Ok(None)
    }

    async fn get_file_decryption_properties(
        &self,
        _: &EncryptionFactoryOptions,
        _: &Path,
    ) -> Result<Option<Arc<FileDecryptionProperties>>> {
        Ok(Some(self.0.clone()))
    }
}

/// Lets a context open the files of an encrypted lake.
pub(super) fn every_file(context: &SessionContext, opened: Arc<FileDecryptionProperties>) {
    let factory = Arc::new(Opening(opened));
    context.runtime_env().register_parquet_encryption_factory(NAME, factory);
    let state = context.state_ref();
    state.write().table_options_mut().parquet.crypto.factory_id = Some(NAME.to_owned());
}
