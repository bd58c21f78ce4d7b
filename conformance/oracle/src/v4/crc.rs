//! CRC-32, as the clause crc defines it.

/// The checksum's change by a byte: eight steps of the division by the polynomial, for each value of the byte.
const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte;
        let mut step = 0;
        while step < 8 {
            // The polynomial is reflected: the bit that leaves is the lowest one.
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
            step += 1;
        }
        table[byte as usize] = crc;
        byte += 1;
    }
    table
};

/// Returns the CRC-32 of the bytes.
pub(super) fn crc(bytes: &[u8]) -> u32 {
    let last = bytes.iter().fold(0xFFFF_FFFF_u32, |crc, byte| {
        let [lowest, ..] = crc.to_le_bytes();
        (crc >> 8) ^ TABLE[usize::from(lowest ^ byte)]
    });
    !last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_of_the_nine_digits_is_that_of_the_specification() {
        assert_eq!(crc(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn the_checksum_of_no_bytes_is_0() {
        assert_eq!(crc(b""), 0);
    }

    #[test]
    fn every_byte_has_the_checksum_of_the_definition() {
        for byte in 0..=255_u8 {
            let mut expected = 0xFFFF_FFFF ^ u32::from(byte);
            for _ in 0..8 {
                expected = (expected >> 1) ^ (if expected & 1 == 1 { 0xEDB8_8320 } else { 0 });
            }
            assert_eq!(crc(&[byte]), expected ^ 0xFFFF_FFFF, "{byte}");
        }
    }
}
