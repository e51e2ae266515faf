use gingersnap::testing::store::conforms;

use super::MapStore;

#[tokio::test]
async fn it_keeps_every_promise() {
    let store = MapStore::default();
    conforms(store.clone(), store).await;
}
