//! A cache whose folder is open: finds and creates the folders and files of its layout.

use std::fs::File;
use std::io;

use crate::buffer::{Copy, Read};
use crate::folder::{self, Folder, Owners, Status};
use crate::layout::Place;
use crate::lookup::Miss;

/// A cache that can be used.
#[derive(Debug)]
pub(crate) struct Cache {
    /// The folder of the layout.
    pub(crate) folder: Folder,
    /// The users who may own the files.
    pub(crate) owners: Owners,
}

impl Cache {
    /// Opens a file that no other user could have written.
    pub(crate) fn open_file(&self, path: &str) -> Result<(File, Status), Miss> {
        let opened = self.folder.open_file(path, self.owners.is_only_user());
        let (file, status) = opened.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Miss::Absent,
            _ if folder::is_no_file(&error) => Miss::NotAFile,
            _ => Miss::Unreadable(error),
        })?;
        if !status.is_file {
            return Err(Miss::NotAFile);
        }
        if !self.owners.contain(&status) {
            return Err(Miss::OtherOwner);
        }
        if status.others_may_write {
            return Err(Miss::OthersMayWrite);
        }
        Ok((file, status))
    }

    /// Reads a whole file that no other user could have written, with a method of [`Copy`].
    pub(crate) fn read(&self, path: &str, how: Read, copy: &mut Copy) -> Result<(File, Status), Miss> {
        let (file, status) = self.open_file(path)?;
        how(copy, &file, status.len)?;
        Ok((file, status))
    }

    /// Returns whether a file was stored before, perhaps by a process that was faster. To replace a file takes long: some
    /// file systems then write it to the disk at once. The header of a module's file has the checksums of the rest. If the
    /// rest is damaged, the next lookup removes the file.
    pub(crate) fn has(&self, place: &Place, bytes: &[u8]) -> bool {
        let Ok((file, status)) = self.open_file(&place.path()) else { return false };
        let mut copy = Copy::default();
        status.len == bytes.len() as u64 && copy.read_start(&file).is_ok() && bytes.starts_with(copy.bytes())
    }

    /// Opens a folder of the layout, and creates it if it does not exist.
    pub(crate) fn ensure(&self, path: &str) -> io::Result<Folder> {
        match self.folder.subfolder(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            opened => return opened,
        }
        let mut parent: Option<Folder> = None;
        for name in path.split('/') {
            let above = parent.as_ref().unwrap_or(&self.folder);
            above.create_subfolder(name)?;
            parent = Some(above.subfolder(name)?);
        }
        parent.ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}
