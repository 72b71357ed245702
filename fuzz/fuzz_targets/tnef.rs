#![no_main]

tamis_fuzz::target!("tnef");
