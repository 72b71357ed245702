use super::*;

#[test]
fn a_spooled_content_is_read_from_where_it_stands() {
    for size in [5, HEAD, HEAD + 7] {
        let bytes = vec![b'x'; size];
        let contents = [
            Content::memory(b"x", bytes.clone()),
            Content::stream(b"x", bytes.as_slice()),
            Content::seekable(b"x", Cursor::new(bytes.clone())),
        ];
        for mut content in contents {
            content.spool().unwrap();
            let mut read = Vec::new();
            content.read_to_end(&mut read).unwrap();
            assert_eq!(read.len(), size);
        }
    }
}

#[test]
fn the_error_that_ends_a_content_is_given_to_everyone_who_reads_up_to_it() {
    for size in [5, HEAD + 7] {
        let reader = || Cursor::new(vec![b'x'; size]).chain(Broken::from(io::Error::other("the end")));
        for spools in [false, true] {
            let mut content = Content::stream(b"x", reader());
            if spools {
                assert!(content.spool().unwrap().1.is_some());
            }
            for expected in [size, 0] {
                let mut read = Vec::new();
                let error = content.read_to_end(&mut read).unwrap_err();
                assert_eq!((read.len(), error.to_string().as_str()), (expected, "the end"));
            }
        }
    }
}
