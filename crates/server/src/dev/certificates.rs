//! The private certificate authority of a data directory, and what it signs.
//!
//! The authority can vouch for localhost, 127.0.0.1 and ::1 only (name constraints), so that trusting it gives
//! nobody power over other names. Validity follows the real time, never the moved clock: browsers and clients
//! compare it with theirs.

use std::path::Path;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, PKCS_RSA_SHA256, RsaKeySize,
    date_time_ymd,
};
use x509_parser::pem::parse_x509_pem;

use super::directory::Directory;
use crate::configuration::TlsFiles;
use crate::files::{self, FileError};

const DAY: SignedDuration = SignedDuration::from_hours(24);
/// How long the authority is good for.
const CA_DAYS: i32 = 3650;
/// How long the server's certificate is good for. Some clients refuse more than 398 days.
const LEAF_DAYS: i32 = 365;
/// A certificate with less than this ahead of it is made anew.
const RENEW_DAYS: i32 = 30;
/// The client certificate's key and certificate live as long as the authority.
const CLIENT_DAYS: i32 = CA_DAYS;

/// A certificate could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The file system said no.
    #[error(transparent)]
    File(#[from] FileError),
    /// The certificate library said no.
    #[error("cannot make the development certificates: {0}")]
    Make(#[from] rcgen::Error),
    /// A date out of the calendar.
    #[error("cannot make the development certificates: the system's clock is wrong: {0}")]
    Clock(#[from] jiff::Error),
}

impl CertificateError {
    /// What to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::File(error) => error.next_step(),
            Self::Make(_) => "Start with an empty data directory, and report it if that does not help.",
            Self::Clock(_) => "Set the system's clock, then try again.",
        }
    }
}

/// What was found or made.
#[derive(Debug)]
pub(crate) struct Certificates {
    /// For the https listener.
    pub(crate) tls: TlsFiles,
    /// Whether the authority is new, so that whoever trusted the one before has to trust again.
    pub(crate) new_authority: bool,
}

/// Makes authority and server certificate where they are missing, broken or near their end. `now` is real time.
pub(crate) fn ensure(directory: &Directory, now: Timestamp) -> Result<Certificates, CertificateError> {
    let (ca, ca_key) = (directory.ca(), directory.ca_key());
    let tls = TlsFiles { certificate: directory.server_certificate(), key: directory.server_key() };
    let new_authority = !is_good(&ca, &ca_key, now)?;
    if new_authority {
        let key = KeyPair::generate()?;
        let certificate = authority(now)?.self_signed(&key)?;
        // The key first: a certificate is only looked at together with its key.
        files::write_private(&ca_key, key.serialize_pem().as_bytes())?;
        files::write_public(&ca, certificate.pem().as_bytes())?;
    }
    if new_authority || !is_good(&tls.certificate, &tls.key, now)? {
        let ca_key = KeyPair::from_pem(&files::read(&ca_key)?)?;
        let issuer = Issuer::from_ca_cert_pem(&files::read(&ca)?, ca_key)?;
        let key = KeyPair::generate()?;
        let certificate = server(now)?.signed_by(&key, &issuer)?;
        files::write_private(&tls.key, key.serialize_pem().as_bytes())?;
        files::write_public(&tls.certificate, certificate.pem().as_bytes())?;
    }
    Ok(Certificates { tls, new_authority })
}

/// Makes the client certificate where it is missing: PEM, the RSA key, then the self-signed certificate.
/// Answers the certificate alone.
pub(crate) fn ensure_client(path: &Path, now: Timestamp) -> Result<String, CertificateError> {
    if files::read_if_there(path)?.is_none() {
        let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?;
        let mut parameters = parameters("patcycle dev client", now, CLIENT_DAYS)?;
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let certificate = parameters.self_signed(&key)?;
        let both = zeroize::Zeroizing::new(format!("{}{}", key.serialize_pem(), certificate.pem()));
        files::write_private(path, both.as_bytes())?;
    }
    let both = files::read(path)?;
    let begin = both.find("-----BEGIN CERTIFICATE-----").unwrap_or_default();
    Ok(both.get(begin..).unwrap_or_default().to_owned())
}

fn authority(now: Timestamp) -> Result<CertificateParams, CertificateError> {
    let mut parameters = parameters("patcycle dev authority", now, CA_DAYS)?;
    parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let mut last_v6 = [0; 16];
    last_v6[15] = 1;
    parameters.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![
            GeneralSubtree::DnsName("localhost".to_owned()),
            GeneralSubtree::IpAddress(CidrSubnet::V4([127, 0, 0, 1], [255; 4])),
            GeneralSubtree::IpAddress(CidrSubnet::V6(last_v6, [255; 16])),
        ],
        excluded_subtrees: Vec::new(),
    });
    Ok(parameters)
}

fn server(now: Timestamp) -> Result<CertificateParams, CertificateError> {
    let mut parameters = parameters("localhost", now, LEAF_DAYS)?;
    let names = CertificateParams::new(["localhost", "127.0.0.1", "::1"].map(str::to_owned))?;
    parameters.subject_alt_names = names.subject_alt_names;
    parameters.is_ca = IsCa::ExplicitNoCa;
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    parameters.use_authority_key_identifier_extension = true;
    Ok(parameters)
}

fn parameters(common_name: &str, now: Timestamp, days: i32) -> Result<CertificateParams, CertificateError> {
    let mut parameters = CertificateParams::default();
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    parameters.distinguished_name = name;
    // From yesterday on: the clock of a client in a virtual machine may be behind.
    let (year, month, day) = date_in(now, -1)?;
    parameters.not_before = date_time_ymd(year, month, day);
    let (year, month, day) = date_in(now, days)?;
    parameters.not_after = date_time_ymd(year, month, day);
    Ok(parameters)
}

/// The year, month and day in UTC, so many days from now.
fn date_in(now: Timestamp, days: i32) -> Result<(i32, u8, u8), CertificateError> {
    let date = now.checked_add(DAY * days)?.to_zoned_datetime(TimeZone::UTC).date();
    Ok((i32::from(date.year()), date.month().unsigned_abs(), date.day().unsigned_abs()))
}

/// Whether both files are there, belong together and the certificate's end is far enough away.
fn is_good(certificate: &Path, key: &Path, now: Timestamp) -> Result<bool, CertificateError> {
    let (Some(certificate), Some(key)) = (files::read_if_there(certificate)?, files::read_if_there(key)?)
    else {
        return Ok(false);
    };
    let (Ok((_, pem)), Ok(key)) = (parse_x509_pem(certificate.as_bytes()), KeyPair::from_pem(&key)) else {
        return Ok(false);
    };
    let Ok(parsed) = pem.parse_x509() else { return Ok(false) };
    let same_key = parsed.public_key().subject_public_key.data.as_ref() == key.public_key_raw();
    let end = now.checked_add(DAY * RENEW_DAYS)?.as_second();
    Ok(same_key && parsed.validity().not_after.timestamp() > end)
}

#[cfg(test)]
mod tests {
    use x509_parser::prelude::*;

    use super::*;

    fn now() -> Timestamp {
        "2026-11-23T10:00:00Z".parse().unwrap()
    }

    fn directory() -> (tempfile::TempDir, Directory) {
        let parent = tempfile::tempdir().unwrap();
        let directory = Directory::make(&parent.path().join("dev")).unwrap();
        (parent, directory)
    }

    fn pem(path: &Path) -> Pem {
        parse_x509_pem(std::fs::read(path).unwrap().as_slice()).unwrap().1
    }

    #[test]
    fn the_authority_is_bound_to_loopback_names() {
        let (_parent, directory) = directory();
        ensure(&directory, now()).unwrap();
        let pem = pem(&directory.ca());
        let ca = pem.parse_x509().unwrap();
        let basic = ca.basic_constraints().unwrap().unwrap();
        assert!(basic.critical && basic.value.ca);
        assert!(ca.key_usage().unwrap().unwrap().value.key_cert_sign());
        let constraints = ca.name_constraints().unwrap().unwrap();
        assert!(constraints.critical);
        let permitted = constraints.value.permitted_subtrees.as_ref().unwrap();
        let names: Vec<String> = permitted.iter().map(|subtree| format!("{}", subtree.base)).collect();
        assert_eq!(permitted.len(), 3, "{names:?}");
        assert!(permitted.iter().any(|one| one.base == GeneralName::DNSName("localhost")));
        let v4 = GeneralName::IPAddress(&[127, 0, 0, 1, 255, 255, 255, 255]);
        assert!(permitted.iter().any(|one| one.base == v4));
    }

    #[test]
    fn the_server_certificate_names_localhost_and_both_addresses() {
        let (_parent, directory) = directory();
        let certificates = ensure(&directory, now()).unwrap();
        let (leaf_pem, ca_pem) = (pem(&certificates.tls.certificate), pem(&directory.ca()));
        let (leaf, ca) = (leaf_pem.parse_x509().unwrap(), ca_pem.parse_x509().unwrap());
        leaf.verify_signature(Some(ca.public_key())).unwrap();
        let names = &leaf.subject_alternative_name().unwrap().unwrap().value.general_names;
        assert!(names.contains(&GeneralName::DNSName("localhost")));
        assert!(names.contains(&GeneralName::IPAddress(&[127, 0, 0, 1])));
        assert!(names.contains(&GeneralName::IPAddress(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])));
        assert!(leaf.extended_key_usage().unwrap().unwrap().value.server_auth);
        assert!(!leaf.is_ca());
        crate::tls::load(&certificates.tls).unwrap();
    }

    #[test]
    fn what_is_good_is_kept_and_what_nears_its_end_is_renewed() {
        let (_parent, directory) = directory();
        assert!(ensure(&directory, now()).unwrap().new_authority);
        let read = |path: &Path| std::fs::read_to_string(path).unwrap();
        let (ca, leaf) = (read(&directory.ca()), read(&directory.server_certificate()));

        assert!(!ensure(&directory, now()).unwrap().new_authority);
        assert_eq!(read(&directory.server_certificate()), leaf);

        let later = now() + DAY * 340;
        assert!(!ensure(&directory, later).unwrap().new_authority);
        assert_eq!(read(&directory.ca()), ca);
        assert_ne!(read(&directory.server_certificate()), leaf);

        assert!(ensure(&directory, now() + DAY * 3640).unwrap().new_authority);
        assert_ne!(read(&directory.ca()), ca);
    }

    #[test]
    fn a_key_of_another_certificate_is_noticed() {
        let (_parent, directory) = directory();
        ensure(&directory, now()).unwrap();
        std::fs::copy(directory.ca_key(), directory.server_key()).unwrap();
        let certificates = ensure(&directory, now()).unwrap();
        assert!(!certificates.new_authority);
        crate::tls::load(&certificates.tls).unwrap();
    }

    #[test]
    fn the_client_certificate_is_made_once_key_first() {
        let (_parent, directory) = directory();
        let path = directory.client_certificate();
        let certificate = ensure_client(&path, now()).unwrap();
        let both = std::fs::read_to_string(&path).unwrap();
        assert!(both.starts_with("-----BEGIN PRIVATE KEY-----"));
        assert!(both.ends_with(&certificate) && certificate.starts_with("-----BEGIN CERTIFICATE-----"));
        assert_eq!(ensure_client(&path, now()).unwrap(), certificate);
    }
}
