//! `SESSION_TYPE=filesystem`: one file per session, 0600, in a folder of its own (0700).

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use jiff::Timestamp;

use super::{SessionKey, Sessions, SessionsError, StoredSession};

/// Two ends in microseconds since 1970, 8 bytes each, before the sealed bytes.
const HEADER: usize = 16;
const EXTENSION: &str = "session";

/// Sessions in the files of a folder.
#[derive(Debug, Clone)]
pub struct FileSessions {
    folder: PathBuf,
}

impl FileSessions {
    /// The sessions in `folder`, which is made when it is not there, with access for its owner only.
    pub fn open(folder: &Path) -> Result<Self, SessionsError> {
        let sessions = Self { folder: folder.to_owned() };
        make_private(folder).map_err(|error| sessions.failed(&error))?;
        Ok(sessions)
    }

    fn path(&self, key: SessionKey) -> PathBuf {
        self.folder.join(hex::encode(key.0)).with_extension(EXTENSION)
    }

    fn failed(&self, error: &io::Error) -> SessionsError {
        SessionsError { place: self.folder.display().to_string(), reason: error.to_string() }
    }

    /// Off the runtime's threads: a disk may take its time.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> Result<T, SessionsError> {
        let done = tokio::task::spawn_blocking(work).await.map_err(io::Error::other).flatten();
        done.map_err(|error| self.failed(&error))
    }
}

#[async_trait]
impl Sessions for FileSessions {
    async fn load(&self, key: SessionKey) -> Result<Option<StoredSession>, SessionsError> {
        let path = self.path(key);
        self.blocking(move || read(&path)).await
    }

    async fn create(&self, key: SessionKey, session: StoredSession) -> Result<(), SessionsError> {
        let (folder, path) = (self.folder.clone(), self.path(key));
        self.blocking(move || write(&folder, &session)?.persist(path).map(drop).map_err(|error| error.error))
            .await
    }

    async fn save(&self, key: SessionKey, session: StoredSession) -> Result<bool, SessionsError> {
        let (folder, path) = (self.folder.clone(), self.path(key));
        let replace = move || {
            let file = write(&folder, &session)?;
            if !path.try_exists()? {
                return Ok(false);
            }
            file.persist(path).map_err(|error| error.error)?;
            Ok(true)
        };
        self.blocking(replace).await
    }

    async fn delete(&self, key: SessionKey) -> Result<(), SessionsError> {
        let path = self.path(key);
        self.blocking(move || remove(&path)).await
    }

    async fn sweep(&self, now: Timestamp) -> Result<u64, SessionsError> {
        let folder = self.folder.clone();
        let sweep = move || {
            let mut swept = 0;
            for entry in std::fs::read_dir(&folder)? {
                let path = entry?.path();
                let is_session = path.extension().is_some_and(|extension| extension == EXTENSION);
                if is_session && read(&path)?.is_some_and(|session| session.is_over(now)) {
                    remove(&path)?;
                    swept += 1;
                }
            }
            Ok(swept)
        };
        self.blocking(sweep).await
    }
}

#[cfg(unix)]
fn make_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn make_private(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)
}

/// A damaged file is no session: its owner signs in again.
fn read(path: &Path) -> io::Result<Option<StoredSession>> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let Some((header, sealed)) = bytes.split_at_checked(HEADER) else { return Ok(None) };
    let end = |bytes: &[u8]| {
        let bytes = <[u8; 8]>::try_from(bytes).ok()?;
        Timestamp::from_microsecond(i64::from_be_bytes(bytes)).ok()
    };
    let ends = end(&header[..8]).zip(end(&header[8..]));
    Ok(ends.map(|(idle_end, absolute_end)| StoredSession { sealed: sealed.to_vec(), idle_end, absolute_end }))
}

/// The new content, beside where it will be. Temporary files are 0600.
fn write(folder: &Path, session: &StoredSession) -> io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    for end in [session.idle_end, session.absolute_end] {
        file.write_all(&end.as_microsecond().to_be_bytes())?;
    }
    file.write_all(&session.sealed)?;
    Ok(file)
}

fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
