//! Git: the index, what a branch adds, the whole history; and `--gitignore`. The repositories are made here, object by object.

use crate::harness::{Folder, Match, Ran, matches, skipped};
use crate::repository::{AUTHOR, ONE, Repository, SCAN, TWO};
use gix::index::entry::{Flags, Mode, Stage, Stat};
use gix::objs::tree::EntryKind;
use serde_json::Value;
use std::fs;

/// (path, line) of every match.
fn places(ran: &Ran) -> Vec<(String, u64)> {
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    matches(&ran.json()).into_iter().map(|Match { path, line, .. }| (path, line)).collect()
}

fn expect(ran: &Ran, expected: &[(&str, u64)]) {
    let expected: Vec<(String, u64)> = expected.iter().map(|(path, line)| ((*path).to_owned(), *line)).collect();
    assert_eq!(places(ran), expected, "{}", ran.stderr);
}

fn git_details(finding: &Value) -> &Value {
    &finding["resourcesAffected"]["file"]["gitDetails"]
}

#[test]
fn staged_is_the_index_without_what_the_last_commit_has() {
    let mut repository = Repository::new();
    repository.commit(&[("old.txt", ONE), ("src/kept.txt", ONE), ("src/changed.txt", "x")]);
    repository.stage(&[("old.txt", ONE), ("src/kept.txt", ONE), ("src/changed.txt", TWO), ("src/new.txt", TWO)]);
    repository.folder.write("src/new.txt", "nothing: the worktree does not matter");
    expect(&repository.run(&["--staged"]), &[("src/changed.txt", 1), ("src/new.txt", 1)]);
    expect(&repository.run(&["--staged", "src"]), &[("changed.txt", 1), ("new.txt", 1)]);
    expect(&repository.run(&["--staged", "src/new.txt"]), &[("new.txt", 1)]);
    expect(&repository.run(&["--staged", "--exclude", "new.*"]), &[("src/changed.txt", 1)]);
    let result = repository.run(&["--staged"]).json();
    let details = git_details(&result["findings"][0]);
    assert_eq!(details["blob"], repository.blob(TWO).to_string());
    assert!(details["commit"].is_null() && details["authorDate"].is_null());
    assert_eq!(result["findings"][0]["resourcesAffected"]["file"]["mode"], "0644");
    assert_eq!(result["summary"]["objects"]["total"], 2);
}

#[test]
fn staged_before_the_first_commit_and_with_an_index_of_none() {
    let repository = Repository::new();
    expect(&repository.run(&["--staged"]), &[]);
    repository.stage(&[("a.txt", ONE)]);
    expect(&repository.run(&["--staged"]), &[("a.txt", 1)]);
}

#[test]
fn staged_reads_conflicts_as_they_are_and_no_promises() {
    let mut repository = Repository::new();
    repository.commit(&[("a.txt", "ours"), ("b.txt", "b")]);
    let mut index = repository.stage(&[("b.txt", "b")]);
    let push = |index: &mut gix::index::File, path: &str, content: &str, flags: Flags| {
        let id = repository.blob(content);
        index.dangerously_push_entry(Stat::default(), id, flags, Mode::FILE, path.into());
    };
    push(&mut index, "a.txt", ONE, Flags::from_stage(Stage::Base));
    push(&mut index, "a.txt", "ours", Flags::from_stage(Stage::Ours));
    push(&mut index, "a.txt", TWO, Flags::from_stage(Stage::Theirs));
    push(&mut index, "later.txt", "", Flags::INTENT_TO_ADD | Flags::EXTENDED);
    index.sort_entries();
    index.write(gix::index::write::Options::default()).unwrap();
    let ran = repository.run(&["--staged"]);
    expect(&ran, &[("a.txt", 1), ("a.txt", 1)]);
    let result = ran.json();
    let ids: Vec<&Value> = result["findings"].as_array().unwrap().iter().map(|f| &f["id"]).collect();
    assert_ne!(ids[0], ids[1], "two versions of one path are two findings");
    assert_eq!(result["summary"]["objects"]["total"], 2);
}

#[test]
fn a_hook_may_be_told_of_another_index_of_the_same_repository() {
    let repository = Repository::new();
    repository.stage(&[("a.txt", ONE)]);
    let index = repository.git.git_dir().join("index");
    let other = repository.git.git_dir().join("next-index.lock");
    fs::rename(&index, &other).unwrap();
    let run = |told: &std::path::Path| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tamis"));
        command.args(SCAN).arg("--staged").current_dir(repository.folder.path()).env("GIT_INDEX_FILE", told);
        let output = command.output().unwrap();
        serde_json::from_slice::<Value>(&output.stdout).unwrap()["findings"].as_array().unwrap().len()
    };
    assert_eq!(run(&other), 1);
    let elsewhere = Folder::new();
    fs::copy(&other, elsewhere.path().join("index")).unwrap();
    assert_eq!(run(&elsewhere.path().join("index")), 0, "nobody else's");
}

#[test]
fn since_counts_added_and_changed_lines_only() {
    let mut repository = Repository::new();
    let base = repository.commit(&[
        ("changed.txt", &format!("{ONE}\nb\nc\n")),
        ("same.txt", ONE),
        ("old/name.txt", &format!("{ONE}\nx\ny\n")),
        ("moved.txt", &format!("{ONE}\nz\n")),
        ("data.bin", &format!("\0\n{ONE}\n")),
    ]);
    repository.point("refs/remotes/origin/main", base);
    repository.commit(&[
        ("changed.txt", &format!("{ONE}\nb\n{TWO}\nc\n")),
        ("same.txt", ONE),
        ("new/name.txt", &format!("{ONE}\nx\n{TWO}\n")),
        ("renamed.txt", &format!("{ONE}\nz\n")),
        ("data.bin", &format!("\0\n{ONE}\n\0")),
        ("new.txt", ONE),
    ]);
    let ran = repository.run(&["--since", "origin/main"]);
    expect(&ran, &[("changed.txt", 3), ("data.bin", 2), ("new.txt", 1), ("new/name.txt", 3)]);
    let result = ran.json();
    assert_eq!(result["findings"][0]["classificationDetails"]["result"]["sensitiveData"][0]["totalCount"], 1);
    // A target has to be there, whatever of it is in the last commit.
    repository.folder.write("new/name.txt", "");
    expect(&repository.run(&["--since", "origin/main", "new"]), &[("name.txt", 3)]);
    expect(&repository.run(&["--since", "HEAD"]), &[]);
}

#[test]
fn a_file_that_moved_and_changed_is_known_by_what_it_holds() {
    let mut repository = Repository::new();
    let base = repository.commit(&[
        ("people/list.txt", &format!("{ONE}\nred\ngreen\nblue\nyellow\n")),
        ("other.txt", "some\nlines\nof\nanother\nfile\n"),
    ]);
    repository.point("refs/heads/base", base);
    repository.commit(&[
        ("archive/old.md", &format!("{ONE}\nred\ngreen\n{TWO}\nblue\nyellow\n")),
        ("unlike.txt", &format!("{ONE}\nwhat\nnobody\nknew\n")),
    ]);
    expect(&repository.run(&["--since", "base"]), &[("archive/old.md", 4), ("unlike.txt", 1)]);
}

#[test]
fn since_begins_at_what_both_have_in_common_and_reads_the_context() {
    let mut repository = Repository::new();
    let base = repository.commit(&[("people.csv", "name,ssn\nA,\n")]);
    let tree = repository.tree(&[("people.csv", "name,ssn\nA,\n"), ("theirs.txt", ONE)]);
    let theirs = repository.commit_of(tree, &[base]);
    repository.point("refs/heads/other", theirs);
    repository.commit(&[("people.csv", "name,ssn\nA,\nB,536-90-4399\n")]);
    expect(&repository.run(&["--since", "other"]), &[("people.csv", 3)]);
}

#[test]
fn a_revision_that_is_not_there_stops_the_scan() {
    let mut repository = Repository::new();
    let first = repository.commit(&[("a.txt", ONE)]);
    let second = repository.commit(&[("a.txt", TWO)]);
    let ran = repository.run(&["--since", "origin/nowhere"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("fetch-depth: 0") && ran.stderr.contains("origin/nowhere"), "{}", ran.stderr);
    // A clone of depth 1 lacks what it is asked to compare with.
    let tree = repository.tree(&[("b.txt", "b")]);
    let other = repository.commit_of(tree, &[first]);
    repository.point("refs/remotes/origin/main", other);
    fs::write(repository.git.git_dir().join("shallow"), format!("{second}\n{other}\n")).unwrap();
    fs::remove_file(repository.loose(first)).unwrap();
    let ran = repository.run(&["--since", "origin/main"]);
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    assert!(ran.stderr.contains("too shallow") && ran.stderr.contains("fetch-depth: 0"), "{}", ran.stderr);
}

#[test]
fn history_has_every_content_once_with_the_oldest_commit() {
    let mut repository = Repository::new();
    let first = repository.commit(&[("a/secret.txt", ONE), ("b.txt", "b")]);
    repository.commit(&[("b.txt", "b")]);
    let third = repository.commit(&[("b.txt", "b"), ("copy.txt", ONE), ("a/secret.txt", TWO)]);
    let ran = repository.run(&["--history"]);
    expect(&ran, &[("a/secret.txt", 1), ("a/secret.txt", 1)]);
    let result = ran.json();
    assert_eq!(result["summary"]["objects"]["total"], 3);
    let findings = result["findings"].as_array().unwrap();
    let mut commits: Vec<(&str, &str)> = findings
        .iter()
        .map(|f| (git_details(f)["blob"].as_str().unwrap(), git_details(f)["commit"].as_str().unwrap()))
        .collect();
    assert!(commits.is_sorted(), "versions of a path come by id");
    let oldest = first.to_string();
    commits.sort_by_key(|(_, commit)| *commit != oldest.as_str());
    let expected = [(ONE, first), (TWO, third)].map(|(text, id)| (repository.blob(text).to_string(), id.to_string()));
    assert_eq!(commits, expected.each_ref().map(|(blob, commit)| (blob.as_str(), commit.as_str())));
    let dates: Vec<&str> = findings.iter().map(|f| git_details(f)["authorDate"].as_str().unwrap()).collect();
    assert!(dates.contains(&"2023-11-14T23:13:20.000Z"), "{dates:?}");
    assert_ne!(findings[0]["id"], findings[1]["id"]);
    assert!(!ran.stdout.contains(AUTHOR) && !ran.stdout.contains("example.com"), "who wrote it is personal data");
    for format in ["text", "csv", "markdown", "sarif"] {
        let text = repository.folder.run(&["scan", "--format", format, "--history"]).stdout;
        assert!(text.contains(&first.to_string()[..10]), "{format}: {text}");
    }
}

#[test]
fn history_of_a_range_and_of_a_folder() {
    let mut repository = Repository::new();
    let first = repository.commit(&[("a/one.txt", ONE)]);
    let second = repository.commit(&[("a/one.txt", ONE), ("a/two.txt", TWO)]);
    repository.commit(&[("three.txt", "ssn: 212-09-7694")]);
    expect(&repository.run(&[&format!("--history={first}..{second}")]), &[("a/two.txt", 1)]);
    expect(&repository.run(&["--history=HEAD~2"]), &[("a/one.txt", 1)]);
    expect(&repository.run(&["--history=HEAD~1..HEAD"]), &[("three.txt", 1)]);
    repository.folder.write("a/two.txt", "as it lies on disk");
    expect(&repository.run(&["--history", "a"]), &[("one.txt", 1), ("two.txt", 1)]);
    expect(&repository.run(&["--history", "a/two.txt"]), &[("two.txt", 1)]);
    let ran = repository.run(&["--history=nowhere..HEAD"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("nowhere..HEAD"), "{}", ran.stderr);
}

#[test]
fn history_follows_everything_that_is_held_on_to() {
    let mut repository = Repository::new();
    let text = |n: u32| format!("ssn: 536-90-43{n:02}");
    let mut commit = |n: u32| {
        let tree = repository.tree(&[(&format!("{n}.txt"), &text(n))]);
        repository.commit_of(tree, &[])
    };
    let ids: Vec<_> = (10..16).map(&mut commit).collect();
    repository.point("refs/remotes/origin/x", ids[0]);
    repository.point("refs/notes/commits", ids[1]);
    // The second stash is a reference, the first stands in its log alone.
    repository.point("refs/stash", ids[2]);
    let zero = gix::ObjectId::null(gix::hash::Kind::Sha1);
    let line = |old, new| format!("{old} {new} {AUTHOR} <wanda@example.com> 1700000000 +0000\tWIP\n");
    let log = line(zero, ids[3]) + &line(ids[3], ids[2]);
    fs::create_dir_all(repository.git.git_dir().join("logs/refs")).unwrap();
    fs::write(repository.git.git_dir().join("logs/refs/stash"), log).unwrap();
    // HEAD names a commit, and so does an annotated tag of an annotated tag, which is packed.
    fs::write(repository.git.git_dir().join("HEAD"), format!("{}\n", ids[4])).unwrap();
    let tag = |target, kind| gix::objs::Tag {
        target,
        target_kind: kind,
        name: "t".into(),
        tagger: None,
        message: "m".into(),
        signature: None,
    };
    let inner = repository.git.write_object(tag(ids[5], gix::objs::Kind::Commit)).unwrap().detach();
    let outer = repository.git.write_object(tag(inner, gix::objs::Kind::Tag)).unwrap().detach();
    fs::write(repository.git.git_dir().join("packed-refs"), format!("{outer} refs/tags/t\n")).unwrap();
    // Things that no commit holds.
    repository.point("refs/tags/key", repository.blob(&text(20)));
    repository.point("refs/tags/tree", repository.tree(&[("in/tree.txt", &text(21))]));
    let expected: Vec<(String, u64)> = (10..16).map(|n| (format!("{n}.txt"), 1)).collect();
    let mut found = places(&repository.run(&["--history"]));
    assert_eq!(found.split_off(6), [("in/tree.txt".to_owned(), 1), ("refs/tags/key".to_owned(), 1)]);
    assert_eq!(found, expected);
}

#[test]
fn what_is_missing_is_told_and_stops_nothing() {
    let mut repository = Repository::new();
    let lost = repository.commit(&[("z.txt", TWO)]);
    repository.commit(&[("a.txt", "gone"), ("b/c.txt", "x"), ("d.txt", ONE)]);
    fs::remove_file(repository.loose(repository.blob("gone"))).unwrap();
    fs::remove_file(repository.loose(repository.tree(&[("c.txt", "x")]))).unwrap();
    let path = repository.loose(lost);
    fs::remove_file(&path).unwrap();
    fs::write(path, b"not zlib").unwrap();
    let ran = repository.run(&["--history"]);
    expect(&ran, &[("d.txt", 1)]);
    let commit = format!("commit {lost}");
    let expected = ["a.txt", "b", &commit].map(|path| (path.to_owned(), "GIT_OBJECT_MISSING".to_owned()));
    assert_eq!(skipped(&ran.json()), expected);
    assert_eq!(repository.run(&["--history", "--strict"]).code, 3);
}

#[test]
fn a_shallow_clone_says_that_its_history_is_not_all() {
    let mut repository = Repository::new();
    let first = repository.commit(&[("a.txt", TWO)]);
    let second = repository.commit(&[("a.txt", ONE)]);
    fs::remove_file(repository.loose(first)).unwrap();
    fs::write(repository.git.git_dir().join("shallow"), format!("{second}\n")).unwrap();
    let ran = repository.run(&["--history"]);
    expect(&ran, &[("a.txt", 1)]);
    assert_eq!(skipped(&ran.json()), [(".git/shallow".to_owned(), "GIT_SHALLOW_CLONE".to_owned())]);
}

#[test]
fn submodules_and_pointers_of_lfs_are_rows() {
    let mut repository = Repository::new();
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";
    let first = repository.commit(&[("a.txt", "a")]);
    let tree = repository.tree(&[("big.bin", pointer), ("b.txt", ONE)]);
    let mut editor = repository.git.find_tree(tree).unwrap().edit().unwrap();
    editor.upsert("lib/other", EntryKind::Commit, first).unwrap();
    let tree = editor.write().unwrap().detach();
    let second = repository.commit_of(tree, &[first]);
    repository.point("refs/heads/main", second);
    let mut index = repository.git.index_from_tree(&tree).unwrap();
    index.write(gix::index::write::Options::default()).unwrap();
    let rows = [("big.bin", "GIT_LFS_POINTER"), ("lib/other", "GIT_SUBMODULE")];
    let rows = rows.map(|(path, reason)| (path.to_owned(), reason.to_owned()));
    for args in [&["--history"][..], &["--since", "HEAD~1"]] {
        let ran = repository.run(args);
        expect(&ran, &[("b.txt", 1)]);
        assert_eq!(skipped(&ran.json()), rows, "{args:?}");
    }
    repository.point("refs/heads/main", first);
    assert_eq!(skipped(&repository.run(&["--staged"]).json()), rows);
    // A pointer is one wherever it lies.
    let folder = Folder::new();
    folder.write("big.bin", pointer);
    folder.write("text.txt", format!("{pointer}{}", "x".repeat(2000)));
    let result = folder.scan(&["."]);
    assert_eq!(skipped(&result), rows[..1]);
    assert_eq!(result["skipped"][0]["detail"], "the content has 12345 bytes");
}

#[test]
fn archives_in_a_repository_are_opened_and_all_of_their_matches_count() {
    let mut repository = Repository::new();
    let archive = |text: &str| {
        let mut tar = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        tar.append_data(&mut header, "in.txt", text.as_bytes()).unwrap();
        String::from_utf8(tar.into_inner().unwrap()).unwrap()
    };
    repository.commit(&[("a.tar", &archive(ONE))]);
    repository.commit(&[("a.tar", &archive(&format!("{ONE}\n{TWO}\n")))]);
    expect(&repository.run(&["--since", "HEAD~1"]), &[("a.tar!/in.txt", 1), ("a.tar!/in.txt", 2)]);
    let ran = repository.run(&["--history"]);
    assert_eq!(places(&ran).len(), 3);
    assert!(git_details(&ran.json()["findings"][0])["commit"].is_string());
}

#[test]
fn bare_repositories_and_linked_worktrees() {
    let mut repository = Repository::new();
    let first = repository.commit(&[("a.txt", ONE)]);
    let git = repository.git.git_dir().to_owned();
    // A linked worktree, as `git worktree add` makes one, with a commit that only its HEAD names.
    let tree = repository.tree(&[("a.txt", TWO)]);
    let second = repository.commit_of(tree, &[first]);
    let linked = Folder::new();
    let own = git.join("worktrees/linked");
    fs::create_dir_all(&own).unwrap();
    fs::write(own.join("HEAD"), format!("{second}\n")).unwrap();
    fs::write(own.join("commondir"), "../..\n").unwrap();
    fs::write(own.join("gitdir"), format!("{}\n", linked.path().join(".git").display())).unwrap();
    linked.write(".git", format!("gitdir: {}\n", own.display()));
    let scan = |args: &[&str]| linked.run(&[&SCAN[..], args].concat());
    expect(&scan(&["--history"]), &[("a.txt", 1), ("a.txt", 1)]);
    expect(&scan(&["--since", "main"]), &[("a.txt", 1)]);
    expect(&repository.run(&["--history"]), &[("a.txt", 1), ("a.txt", 1)]);
    // Bare: the folder of the repository alone.
    let bare = Folder::new();
    fs::rename(&git, bare.path().join("bare.git")).unwrap();
    fs::remove_dir_all(bare.path().join("bare.git/worktrees")).unwrap();
    fs::write(bare.path().join("bare.git/config"), "[core]\n\tbare = true\n\trepositoryformatversion = 0\n").unwrap();
    let scan = |args: &[&str]| bare.run(&[&SCAN[..], args].concat());
    expect(&scan(&["--history", "bare.git"]), &[("a.txt", 1)]);
    let ran = scan(&["--staged", "bare.git"]);
    assert_eq!((ran.code, ran.stderr.contains("bare repository has no index")), (2, true), "{}", ran.stderr);
}

#[test]
fn one_thread_and_many_give_the_same_bytes_and_nothing_is_written() {
    let mut repository = Repository::new();
    for n in 0..40 {
        let one = format!("ssn: 536-90-{:04}", 1000 + n);
        repository.commit(&[("a.txt", &one), (&format!("d{n}/b.txt"), &format!("{one}\n{TWO}"))]);
    }
    repository.stage(&[("c.txt", ONE)]);
    let before = listing(repository.folder.path());
    for args in [&["--history"][..], &["--since", "HEAD~20"], &["--staged"]] {
        let result = |threads: &str| {
            let mut result = repository.run(&[args, &["-j", threads]].concat()).json();
            for run in ["scan", "summary"] {
                result[run].take();
            }
            for finding in result["findings"].as_array_mut().unwrap() {
                for time in ["createdAt", "updatedAt"] {
                    finding[time].take();
                }
                finding["classificationDetails"]["jobId"].take();
            }
            result
        };
        assert!(!result("1")["findings"].as_array().unwrap().is_empty());
        assert_eq!(result("1"), result("4"), "{args:?}");
    }
    assert_eq!(listing(repository.folder.path()), before);
}

/// Every file below a folder with its content.
fn listing(folder: &std::path::Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let content = fs::read(&path).unwrap();
                all.push((path, content));
            }
        }
    }
    all.sort();
    all
}

#[test]
fn flags_that_do_not_go_together() {
    let repository = Repository::new();
    for args in [
        &["--staged", "--since", "HEAD"][..],
        &["--staged", "--history"],
        &["--since", "HEAD", "--history"],
        &["--history", "--gitignore"],
        &["--staged", "-"],
    ] {
        let ran = repository.run(args);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?} {}", ran.stderr);
    }
    let nowhere = Folder::new();
    let ran = nowhere.run(&[&SCAN[..], &["--history"]].concat());
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("no git repository"), "{}", ran.stderr);
    // What is typed wins over what a file says.
    repository.folder.write("tamis.toml", "staged = true\n");
    assert_eq!(repository.run(&["--history"]).code, 0);
}

#[test]
fn a_repository_runs_nothing_and_borrows_no_settings() {
    let mut repository = Repository::new();
    repository.commit(&[("a.txt", ONE), (".gitattributes", "* filter=evil diff=evil textconv=evil\n")]);
    let config = "[core]\n\trepositoryformatversion = 0\n\tfsmonitor = touch PWNED\n\thooksPath = .\n\
                  [filter \"evil\"]\n\tsmudge = touch PWNED\n\tclean = touch PWNED\n\tprocess = touch PWNED\n\
                  [diff \"evil\"]\n\ttextconv = touch PWNED\n\tcommand = touch PWNED\n[include]\n\tpath = /nowhere\n";
    fs::write(repository.git.git_dir().join("config"), config).unwrap();
    repository.stage(&[("b.txt", TWO)]);
    expect(&repository.run(&["--history"]), &[("a.txt", 1)]);
    expect(&repository.run(&["--staged"]), &[("b.txt", 1)]);
    assert!(!listing(repository.folder.path()).iter().any(|(path, _)| path.ends_with("PWNED")));
}

#[test]
fn gitignore_leaves_out_what_git_ignores() {
    let folder = Folder::new();
    folder.write(".git/info/exclude", "mine.txt\n");
    folder.write(".gitignore", "*.log\n/build/\n!kept.log\n");
    folder.write("sub/.gitignore", "!b.log\nlocal.txt\n");
    for path in ["a.txt", "a.log", "kept.log", "build/x.txt", "sub/build/x.txt", "sub/b.log", "sub/c.log"] {
        folder.write(path, ONE);
    }
    for path in ["mine.txt", "sub/mine.txt", "sub/local.txt", "local.txt"] {
        folder.write(path, ONE);
    }
    let scan = |args: &[&str]| folder.run(&[&SCAN[..], args].concat());
    assert_eq!(places(&scan(&[])).len(), 11, "off unless asked for");
    let kept = ["a.txt", "kept.log", "local.txt", "sub/b.log", "sub/build/x.txt"].map(|path| (path, 1));
    let ran = scan(&["--gitignore"]);
    expect(&ran, &kept);
    expect(&scan(&["--gitignore", "sub"]), &[("b.log", 1), ("build/x.txt", 1)]);
    let counts = scan(&["--gitignore"]).json()["summary"]["leftOut"].clone();
    assert_eq!(counts["gitignore *.log"], 2, "{counts}");
    assert_eq!(counts["gitignore /build/"], 1, "a folder counts once: {counts}");
    assert_eq!(counts["gitignore mine.txt"], 2, "{counts}");
}

#[test]
fn packed_repositories_with_short_ids_and_long_ones() {
    // Made by git: twelve commits, two packs with deltas, an index over both, a commit graph, packed references, a tag.
    let folder = Folder::new();
    let archive = include_bytes!("../data/repositories.tar.gz");
    tar::Archive::new(flate2::read::GzDecoder::new(&archive[..])).unpack(folder.path()).unwrap();
    for (repository, first) in [
        ("packed.git", "b8ff567c522d97a66e655c595a147afd7801bf40"),
        ("wide.git", "76f3c4423529b11d747fd1b63b46237bdaa3b126b45c23b10331d779c7142a6a"),
    ] {
        let ran = folder.run(&[&SCAN[..], &["--history", repository]].concat());
        let expected: Vec<(String, u64)> = (1..=12).map(|n| ("t.txt".to_owned(), n * 10)).collect();
        let mut found = places(&ran);
        found.sort_by_key(|(_, line)| *line);
        assert_eq!(found, expected, "{repository}");
        let result = ran.json();
        let mut dated: Vec<(&str, &str)> = result["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| (git_details(f)["authorDate"].as_str().unwrap(), git_details(f)["commit"].as_str().unwrap()))
            .collect();
        dated.sort_unstable();
        assert_eq!(dated[0], ("2024-01-01T00:00:01.000Z", first));
        let ran = folder.run(&[&SCAN[..], &["--since", "v6", repository]].concat());
        expect(&ran, &[("t.txt", 120)]);
    }
}

#[test]
fn a_damaged_pack_costs_what_it_damages() {
    let archive = include_bytes!("../data/repositories.tar.gz");
    let mut damaged = 0;
    for part in 1..8 {
        let folder = Folder::new();
        tar::Archive::new(flate2::read::GzDecoder::new(&archive[..])).unpack(folder.path()).unwrap();
        let packs =
            fs::read_dir(folder.path().join("packed.git/objects/pack")).unwrap().map(|entry| entry.unwrap().path());
        for pack in packs.filter(|path| path.extension().is_some_and(|extension| extension == "pack")) {
            let mut bytes = fs::read(&pack).unwrap();
            let at = bytes.len() * part / 8;
            bytes[at] ^= 0x55;
            fs::remove_file(&pack).unwrap();
            fs::write(&pack, bytes).unwrap();
        }
        let rows = |threads: &str| {
            let result = folder.run(&[&SCAN[..], &["--history", "-j", threads, "packed.git"]].concat()).json();
            assert_eq!(result["scan"]["complete"], true);
            let found: Vec<Value> =
                result["findings"].as_array().unwrap().iter().map(|finding| finding["id"].clone()).collect();
            (found, result["skipped"].clone())
        };
        let (found, skipped) = rows("1");
        assert_eq!((found.clone(), skipped.clone()), rows("5"), "{part}");
        let skipped = skipped.as_array().unwrap();
        assert!(found.len() == 12 || !skipped.is_empty(), "{part}");
        damaged += skipped.iter().filter(|row| row["reason"] == "GIT_OBJECT_MISSING").count();
    }
    assert!(damaged > 0);
}
