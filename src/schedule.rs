//! When a job is due: pure arithmetic on dates and on the clock on the wall, in whatever time zone it is given.
//!
//! A schedule is a row of moments. A job is due when the latest of them that has passed is not the one it last ran for, so what
//! was missed is caught up once. Knows nothing of jobs, and never asks what time it is.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Weekday};
use std::fmt;

/// Days that are looked at around now: from one 31st to the next are 62 days at most.
const AROUND: u64 = 64;

/// How often. Macie's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frequency {
    /// One time, as soon as it is asked for.
    Once,
    /// Every day.
    Daily,
    /// Every week, on this day.
    Weekly(Weekday),
    /// Every month, on this day from 1 to 31. A month without that day is skipped, as Macie does.
    Monthly(u8),
}

/// A schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// How often.
    pub frequency: Frequency,
    /// At what time of the day.
    pub time: NaiveTime,
}

/// Whether a job is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due<Z: TimeZone> {
    /// It is, for this moment of its schedule.
    Now(DateTime<Z>),
    /// Not before this moment.
    At(DateTime<Z>),
    /// It ran its one time.
    Never,
}

impl Schedule {
    /// Whether a job is due now that last ran for this moment of its schedule, if it ever ran.
    pub fn due<Z: TimeZone>(&self, last: Option<&DateTime<Z>>, now: &DateTime<Z>) -> Due<Z> {
        let Some(last) = last else {
            // A new job begins at once; its next run is the schedule's next moment.
            return Due::Now(self.latest(now).unwrap_or_else(|| now.clone()));
        };
        if self.frequency == Frequency::Once {
            return Due::Never;
        }
        let (latest, next) = (self.latest(now), self.next(now));
        // A run that lies ahead of the next moment was on a clock that was wrong: waiting for it could take years.
        let is_ahead = next.as_ref().is_some_and(|next| last > next);
        match (latest, next) {
            (Some(latest), _) if *last < latest || is_ahead => Due::Now(latest),
            (_, Some(next)) => Due::At(next),
            _ => Due::Never,
        }
    }

    /// The next moment after now; none for what happens once.
    pub fn next<Z: TimeZone>(&self, now: &DateTime<Z>) -> Option<DateTime<Z>> {
        let today = now.date_naive();
        (0..=AROUND).filter_map(|days| self.on(today.checked_add_days(Days::new(days))?, now)).find(|at| at > now)
    }

    /// The latest moment up to now; none for what happens once.
    fn latest<Z: TimeZone>(&self, now: &DateTime<Z>) -> Option<DateTime<Z>> {
        let today = now.date_naive();
        (0..=AROUND).filter_map(|days| self.on(today.checked_sub_days(Days::new(days))?, now)).find(|at| at <= now)
    }

    /// Its moment on a day, if it has one there. Where the clock is put back an hour comes twice, and the first one counts;
    /// where it is put forward a time may not come, and as much later counts.
    fn on<Z: TimeZone>(&self, day: NaiveDate, now: &DateTime<Z>) -> Option<DateTime<Z>> {
        let is_on = match self.frequency {
            Frequency::Once => false,
            Frequency::Daily => true,
            Frequency::Weekly(weekday) => day.weekday() == weekday,
            Frequency::Monthly(number) => day.day() == u32::from(number),
        };
        if !is_on {
            return None;
        }
        let (zone, wall) = (now.timezone(), day.and_time(self.time));
        let gap = TimeDelta::hours(3);
        zone.from_local_datetime(&wall)
            .earliest()
            .or_else(|| zone.from_local_datetime(&wall.checked_sub_signed(gap)?).earliest()?.checked_add_signed(gap))
    }

    /// The five fields of a crontab line that name these moments; none for what happens once.
    pub fn crontab(&self) -> Option<String> {
        let time = self.time.format("%-M %-H");
        match self.frequency {
            Frequency::Once => None,
            Frequency::Daily => Some(format!("{time} * * *")),
            Frequency::Weekly(day) => Some(format!("{time} * * {}", day.num_days_from_sunday())),
            Frequency::Monthly(day) => Some(format!("{time} {day} * *")),
        }
    }

    /// The same as a systemd calendar expression.
    pub fn calendar(&self) -> Option<String> {
        let time = self.time.format("%H:%M:%S");
        match self.frequency {
            Frequency::Once => None,
            Frequency::Daily => Some(format!("*-*-* {time}")),
            Frequency::Weekly(day) => Some(format!("{day} *-*-* {time}")),
            Frequency::Monthly(day) => Some(format!("*-*-{day:02} {time}")),
        }
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.time.format("%H:%M");
        match self.frequency {
            Frequency::Once => write!(f, "once"),
            Frequency::Daily => write!(f, "daily at {time}"),
            Frequency::Weekly(day) => write!(f, "weekly on {day} at {time}"),
            Frequency::Monthly(day) => write!(f, "monthly on day {day} at {time}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Due, Frequency, Schedule};
    use chrono::{DateTime, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc};
    use chrono::{Datelike, Weekday};

    /// A zone of one hour east, two from 2026-03-29 01:00 UTC to 2026-10-25 01:00 UTC: as in Europe's middle.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    struct Summer(FixedOffset);

    const WINTER: i32 = 3600;

    fn offset_at(utc: &NaiveDateTime) -> FixedOffset {
        let at = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap().and_hms_opt(1, 0, 0).unwrap();
        let is_summer = (at(3, 29)..at(10, 25)).contains(utc);
        FixedOffset::east_opt(if is_summer { 2 * WINTER } else { WINTER }).unwrap()
    }

    impl Offset for Summer {
        fn fix(&self) -> FixedOffset {
            self.0
        }
    }

    impl TimeZone for Summer {
        type Offset = Self;

        fn from_offset(offset: &Self) -> Self {
            *offset
        }

        fn offset_from_local_date(&self, date: &NaiveDate) -> MappedLocalTime<Self> {
            self.offset_from_local_datetime(&date.and_time(NaiveTime::MIN))
        }

        fn offset_from_local_datetime(&self, local: &NaiveDateTime) -> MappedLocalTime<Self> {
            let fits = |hours: i32| {
                let offset = FixedOffset::east_opt(hours * WINTER).unwrap();
                let utc = *local - offset;
                (offset_at(&utc) == offset).then_some(Self(offset))
            };
            match (fits(2), fits(1)) {
                (Some(first), Some(second)) => MappedLocalTime::Ambiguous(first, second),
                (Some(one), None) | (None, Some(one)) => MappedLocalTime::Single(one),
                (None, None) => MappedLocalTime::None,
            }
        }

        fn offset_from_utc_date(&self, date: &NaiveDate) -> Self {
            Self(offset_at(&date.and_time(NaiveTime::MIN)))
        }

        fn offset_from_utc_datetime(&self, utc: &NaiveDateTime) -> Self {
            Self(offset_at(utc))
        }
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn schedule(frequency: Frequency, hour: u32, minute: u32) -> Schedule {
        Schedule { frequency, time: NaiveTime::from_hms_opt(hour, minute, 0).unwrap() }
    }

    #[test]
    fn a_new_job_is_due_and_missed_runs_are_caught_up_once() {
        let daily = schedule(Frequency::Daily, 2, 0);
        let Due::Now(first) = daily.due(None, &at("2026-03-10T12:00:00Z")) else { panic!() };
        assert_eq!(first, at("2026-03-10T02:00:00Z"));
        assert_eq!(daily.due(Some(&first), &at("2026-03-11T01:59:59Z")), Due::At(at("2026-03-11T02:00:00Z")));
        // Three nights are missed.
        let Due::Now(caught_up) = daily.due(Some(&first), &at("2026-03-13T09:00:00Z")) else { panic!() };
        assert_eq!(caught_up, at("2026-03-13T02:00:00Z"));
        assert_eq!(daily.due(Some(&caught_up), &at("2026-03-13T09:00:01Z")), Due::At(at("2026-03-14T02:00:00Z")));
    }

    #[test]
    fn once_is_once() {
        let once = schedule(Frequency::Once, 0, 0);
        let now = at("2026-03-10T12:00:00Z");
        assert_eq!(once.due(None, &now), Due::Now(now));
        assert_eq!(once.due(Some(&now), &at("2027-03-10T12:00:00Z")), Due::Never);
        assert_eq!((once.crontab(), once.calendar(), once.next(&now)), (None, None, None));
    }

    #[test]
    fn weeks_and_months() {
        let weekly = schedule(Frequency::Weekly(Weekday::Mon), 6, 30);
        assert_eq!(weekly.next(&at("2026-03-09T06:30:00Z")), Some(at("2026-03-16T06:30:00Z")));
        assert_eq!(weekly.next(&at("2026-03-09T06:29:59Z")), Some(at("2026-03-09T06:30:00Z")));
        // A month without that day is skipped.
        let monthly = schedule(Frequency::Monthly(31), 0, 0);
        assert_eq!(monthly.next(&at("2026-01-31T00:00:00Z")), Some(at("2026-03-31T00:00:00Z")));
        assert_eq!(monthly.latest(&at("2026-03-30T23:00:00Z")), Some(at("2026-01-31T00:00:00Z")));
        let leap = schedule(Frequency::Monthly(29), 0, 0);
        assert_eq!(leap.next(&at("2028-02-01T00:00:00Z")), Some(at("2028-02-29T00:00:00Z")));
        assert_eq!(leap.next(&at("2026-02-01T00:00:00Z")), Some(at("2026-03-29T00:00:00Z")));
        assert_eq!(weekly.crontab().as_deref(), Some("30 6 * * 1"));
        assert_eq!(weekly.calendar().as_deref(), Some("Mon *-*-* 06:30:00"));
        assert_eq!(monthly.crontab().as_deref(), Some("0 0 31 * *"));
        assert_eq!(monthly.to_string(), "monthly on day 31 at 00:00");
    }

    #[test]
    fn clocks_that_jump_back_do_no_harm() {
        let daily = schedule(Frequency::Daily, 2, 0);
        let last = at("2026-03-10T02:00:00Z");
        // A little: it does not run again for the same moment.
        assert_eq!(daily.due(Some(&last), &at("2026-03-10T01:58:00Z")), Due::At(last));
        assert_eq!(daily.due(Some(&last), &at("2026-03-10T02:00:01Z")), Due::At(at("2026-03-11T02:00:00Z")));
        // It had been years ahead: nobody waits for that.
        let ahead = at("2031-01-01T02:00:00Z");
        assert_eq!(daily.due(Some(&ahead), &at("2026-03-10T12:00:00Z")), Due::Now(last));
    }

    #[test]
    fn summer_time_loses_no_night_and_runs_none_twice() {
        for (hour, minute) in [(1, 30), (2, 0), (2, 30), (3, 0), (23, 59)] {
            let daily = schedule(Frequency::Daily, hour, minute);
            let zone = Summer(FixedOffset::east_opt(WINTER).unwrap());
            let mut now = zone.from_utc_datetime(&at("2026-01-01T00:00:00Z").naive_utc());
            let mut last = match daily.due(None, &now) {
                Due::Now(moment) => moment,
                other => panic!("{other:?}"),
            };
            let mut days = Vec::new();
            // Every quarter of an hour of a year.
            while now.year() == 2026 {
                if let Due::Now(moment) = daily.due(Some(&last), &now) {
                    days.push(moment.date_naive());
                    last = moment;
                }
                now += chrono::TimeDelta::minutes(15);
            }
            let unique: std::collections::BTreeSet<_> = days.iter().collect();
            assert_eq!(unique.len(), days.len(), "{hour}:{minute}");
            assert!((364..=365).contains(&days.len()), "{hour}:{minute} {}", days.len());
        }
    }

    #[test]
    fn years_of_every_schedule_run_as_often_as_they_should() {
        for (frequency, runs) in [
            (Frequency::Daily, 1461),
            (Frequency::Weekly(Weekday::Sun), 209),
            (Frequency::Monthly(1), 48),
            (Frequency::Monthly(31), 28),
        ] {
            let schedule = schedule(frequency, 2, 0);
            let mut now = at("2025-01-01T00:00:00Z");
            let mut last = at("2024-12-31T23:59:59Z");
            let mut count = 0;
            while now < at("2029-01-01T00:00:00Z") {
                if let Due::Now(moment) = schedule.due(Some(&last), &now) {
                    (last, count) = (moment, count + 1);
                }
                now += chrono::TimeDelta::hours(1);
            }
            assert_eq!(count, runs, "{frequency:?}");
        }
    }
}
