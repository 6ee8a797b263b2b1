//! Key rotation.

use std::fs;

use jiff::SignedDuration;

use crate::support::{World, decode_part, verify};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

async fn signing_key(world: &World) -> String {
    let token = world.tokens().await["access_token"].as_str().unwrap().to_owned();
    verify(&token, &world.key_set().await);
    decode_part(&token, 0)["kid"].as_str().unwrap().to_owned()
}

async fn published(world: &World) -> Vec<String> {
    let keys = world.key_set().await;
    keys["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_next_key_is_published_two_cache_ages_before_it_signs() {
    let world = World::new().await;
    let first = signing_key(&world).await;
    assert_eq!(published(&world).await, std::slice::from_ref(&first));
    let cache = world.browser().get("/common/discovery/v2.0/keys").await.header("cache-control").to_owned();
    assert_eq!(cache, "max-age=86400, private");
    let signs_from = world.tenant.rotate_keys().await.unwrap();
    assert_eq!(signs_from, world.now() + HOUR * 48);
    assert_eq!(published(&world).await.len(), 2);
    assert_eq!(signing_key(&world).await, first);
    assert_eq!(world.tenant.rotate_keys().await.unwrap(), signs_from, "twice is once");
    assert_eq!(published(&world).await.len(), 2);
    world.clock.advance(HOUR * 48 - SignedDuration::from_secs(1));
    let last_of_first = world.tokens().await["access_token"].as_str().unwrap().to_owned();
    assert_eq!(decode_part(&last_of_first, 0)["kid"], first);
    world.clock.advance(SignedDuration::from_secs(1));
    let second = signing_key(&world).await;
    assert_ne!(second, first);
    verify(&last_of_first, &world.key_set().await);
    world.clock.advance(HOUR * 26);
    assert_eq!(published(&world).await, [second], "the old key goes when its tokens are gone");
}

#[tokio::test]
async fn keys_rotate_by_themselves_and_survive_a_jump_of_the_clock() {
    let world = World::new().await;
    let first = signing_key(&world).await;
    world.clock.advance(HOUR * 24 * 91);
    assert_eq!(signing_key(&world).await, first, "no cache can know another key yet");
    assert_eq!(published(&world).await.len(), 2);
    world.clock.advance(HOUR * 48);
    assert_ne!(signing_key(&world).await, first);
}

#[tokio::test]
async fn the_key_file_holds_the_current_key_for_its_owner_only() {
    let world = World::new().await;
    let path = world.directory.path().join("signing-key.pem");
    let first = fs::read_to_string(&path).unwrap();
    assert!(
        first.starts_with("-----BEGIN PRIVATE KEY-----\n") && first.ends_with("-----END PRIVATE KEY-----\n")
    );
    rcgen::KeyPair::from_pem(&first).expect("others can read it");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let database = world.directory.path().join("tenant.sqlite");
        assert_eq!(fs::metadata(database).unwrap().permissions().mode() & 0o777, 0o600);
    }
    world.tenant.rotate_keys().await.unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), first, "published is not current");
    world.clock.advance(HOUR * 48);
    signing_key(&world).await;
    assert_ne!(fs::read_to_string(&path).unwrap(), first);
    assert!(!world.directory.path().join("signing-key.pem.new").exists());
}
