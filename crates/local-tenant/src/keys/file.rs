//! The key file: whole or absent, readable by its owner only.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::error::LocalTenantError;

/// Replaces a file in one step: readers see the old content or the new one. A file that has the content already
/// stays as it is.
pub(super) fn replace(path: &Path, content: &[u8]) -> Result<(), LocalTenantError> {
    if is_private(path) && fs::read(path).is_ok_and(|old| old == content) {
        return Ok(());
    }
    let temporary = neighbour(path);
    let written = write(&temporary, content).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // Nothing more can be done about a file that cannot be removed.
        let _ = fs::remove_file(&temporary);
    }
    written
        .and_then(|()| sync_directory(path))
        .map_err(|source| LocalTenantError::File { path: path.to_owned(), source })
}

#[cfg(unix)]
fn is_private(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::symlink_metadata(path).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o777 == 0o600)
}

#[cfg(not(unix))]
fn is_private(path: &Path) -> bool {
    path.is_file()
}

fn neighbour(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    path.with_file_name(name)
}

fn write(path: &Path, content: &[u8]) -> std::io::Result<()> {
    // A leftover of a crash may have other permissions.
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

fn sync_directory(path: &Path) -> std::io::Result<()> {
    match path.parent() {
        Some(directory) if !directory.as_os_str().is_empty() => File::open(directory)?.sync_all(),
        _ => Ok(()),
    }
}
