//! A folder is used only if no other user can have written what it contains.
#![cfg(unix)]

mod support;

use std::fs;
use std::os::unix::fs::{chown, symlink};
use std::path::Path;

use bmes_store::{Mode, Problem, Settings, Store};

use support::{Home, has, module, set_mode};

fn problems(location: &Path) -> Vec<String> {
    Store::open(Settings::new(location)).problems().iter().map(ToString::to_string).collect()
}

/// Only root may give a folder to another user.
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[test]
fn a_folder_that_others_may_write_is_not_used() {
    let home = Home::new();
    let module = module("a", 1);
    home.store().put(&module.key, &module.file).unwrap();
    for mode in [0o720, 0o702, 0o777, 0o1777] {
        for folder in [home.location(), home.location().join("1")] {
            set_mode(&folder, mode);
            let store = Store::open(home.settings());
            assert!(matches!(store.problems(), [Problem::OthersMayWrite { .. }]), "{mode:o} {}", folder.display());
            assert!(!has(&store, &module));
            set_mode(&folder, 0o700);
        }
    }
    assert!(has(&home.store(), &module));
}

#[test]
fn a_folder_below_one_that_others_may_write_is_not_used_and_not_created() {
    let home = Home::new();
    let above = home.location();
    fs::create_dir(&above).unwrap();
    set_mode(&above, 0o777);
    assert_eq!(problems(&above.join("b/c")).len(), 1);
    assert!(!above.join("b").exists());
    fs::create_dir(above.join("b")).unwrap();
    assert_eq!(problems(&above.join("b")).len(), 1);
    // With the sticky bit, only the owner can rename or replace a folder.
    set_mode(&above, 0o1777);
    assert!(problems(&above.join("b")).is_empty());
    assert!(problems(&above.join("d/e")).is_empty());
}

#[test]
fn a_folder_of_another_user_is_not_used() {
    if !is_root() {
        eprintln!("not run: only root can create a folder of another user");
        return;
    }
    let home = Home::new();
    let location = home.location();
    fs::create_dir_all(location.join("b")).unwrap();
    chown(&location, Some(65534), None).unwrap();
    let found = problems(&location);
    assert!(found[0].contains("belongs to user 65534, and not to you"), "{found:?}");
    let found = problems(&location.join("b"));
    assert!(found[0].contains("belongs to user 65534"), "{found:?}");
    assert!(!location.join("1").exists());
}

#[test]
fn a_file_of_another_user_is_not_used() {
    if !is_root() {
        eprintln!("not run: only root can create a file of another user");
        return;
    }
    let home = Home::new();
    let module = module("a", 1);
    let store = home.store();
    store.put(&module.key, &module.file).unwrap();
    chown(home.path(&module), Some(65534), None).unwrap();
    assert_eq!(support::miss(&store, &module), Some("other-owner"));
}

#[test]
fn a_link_to_a_safe_folder_may_be_the_location() {
    let (home, other) = (Home::new(), Home::new());
    fs::create_dir(home.location()).unwrap();
    set_mode(&home.location(), 0o700);
    symlink(home.location(), other.location()).unwrap();
    let module = module("a", 1);
    other.store().put(&module.key, &module.file).unwrap();
    assert!(has(&home.store(), &module));
}

#[test]
fn a_link_of_another_user_on_the_way_is_not_followed() {
    if !is_root() {
        eprintln!("not run: only root can create a link of another user");
        return;
    }
    let (home, way) = (Home::new(), Home::new());
    home.store();
    fs::create_dir(way.location()).unwrap();
    set_mode(&way.location(), 0o1777);
    let link = way.location().join("link");
    for (target, rest) in [(home.location(), ""), (home.location().parent().unwrap().to_owned(), "cache")] {
        symlink(&target, &link).unwrap();
        let through = || problems(&link.join(rest));
        assert!(through().is_empty());
        std::os::unix::fs::lchown(&link, Some(65534), None).unwrap();
        let found = through();
        assert!(found[0].contains("link belongs to user 65534"), "{found:?}");
        fs::remove_file(&link).unwrap();
    }
}

#[test]
fn a_link_in_a_folder_that_others_may_write_is_not_followed_and_nothing_is_created() {
    let (home, way) = (Home::new(), Home::new());
    fs::create_dir(home.location()).unwrap();
    fs::create_dir(way.location()).unwrap();
    symlink(home.location(), way.location().join("link")).unwrap();
    set_mode(&way.location(), 0o777);
    assert_eq!(problems(&way.location().join("link/new")).len(), 1);
    assert!(support::names(&home.location()).is_empty());
}

#[test]
fn a_path_with_two_dots_is_checked_on_its_way() {
    let home = Home::new();
    let (safe, unsafe_folder) = (home.location().join("safe"), home.location().join("unsafe"));
    fs::create_dir_all(&safe).unwrap();
    fs::create_dir_all(&unsafe_folder).unwrap();
    set_mode(&unsafe_folder, 0o777);
    assert_eq!(problems(&safe.join("../unsafe/x")).len(), 1);
    assert!(support::names(&unsafe_folder).is_empty());
    assert!(problems(&safe.join("../safe/./x")).is_empty());
    assert_eq!(support::names(&safe), ["x"]);
}

#[test]
fn the_tag_is_only_in_a_folder_that_the_store_created() {
    let home = Home::new();
    fs::create_dir(home.location()).unwrap();
    set_mode(&home.location(), 0o700);
    home.store();
    assert_eq!(support::names(&home.location()), ["1"]);
    let new = home.location().join("new");
    Store::open(Settings::new(&new));
    assert_eq!(support::names(&new), ["1", "CACHEDIR.TAG"]);
}

#[test]
fn the_default_location_may_be_impossible_without_a_word() {
    let home = Home::new();
    fs::write(home.location(), "a file").unwrap();
    let with = |name: &'static str, value: std::path::PathBuf| {
        Store::open(Settings::from_variables(|variable| (variable == name).then(|| value.clone().into_os_string())))
    };
    assert!(with("HOME", home.location()).problems().is_empty());
    assert_eq!(with("BMES_CACHE_DIR", home.location()).problems().len(), 1);
}

#[test]
fn a_lower_cache_may_belong_to_root_but_not_to_another_user() {
    if !is_root() {
        eprintln!("not run: only root can create a folder of another user");
        return;
    }
    let lower = Home::new();
    let module = module("a", 1);
    lower.store().put(&module.key, &module.file).unwrap();
    let open = || {
        let mut settings = Settings::from_variables(|_| None);
        settings.lower = Some(lower.location());
        Store::open(settings)
    };
    assert!(has(&open(), &module));
    for folder in [lower.location(), lower.location().join("1")] {
        set_mode(&folder, 0o777);
        assert!(matches!(open().problems(), [Problem::OthersMayWrite { .. }]));
        set_mode(&folder, 0o755);
        chown(&folder, Some(65534), None).unwrap();
        let store = open();
        assert!(store.problems()[0].to_string().contains("set BMES_CACHE_LOWER"), "{:?}", store.problems());
        chown(&folder, Some(0), None).unwrap();
    }
    set_mode(&lower.path(&module), 0o666);
    assert_eq!(support::miss(&open(), &module), Some("others-may-write"));
    set_mode(&lower.path(&module), 0o644);
    chown(lower.path(&module), Some(65534), None).unwrap();
    assert_eq!(support::miss(&open(), &module), Some("other-owner"));
}

#[test]
fn a_location_that_cannot_be_a_folder_is_a_problem_and_no_error() {
    let home = Home::new();
    let location = home.location();
    fs::write(&location, "a file").unwrap();
    assert_eq!(problems(&location).len(), 1);
    assert_eq!(problems(&location.join("below")).len(), 1);
    fs::remove_file(&location).unwrap();
    symlink(&location, &location).unwrap();
    assert_eq!(problems(&location).len(), 1);
}

#[test]
fn a_link_of_the_user_may_lead_to_a_folder_that_does_not_exist_yet() {
    let home = Home::new();
    symlink("elsewhere", home.location()).unwrap();
    let module = module("a", 1);
    home.store().put(&module.key, &module.file).unwrap();
    assert!(home.location().parent().unwrap().join("elsewhere/1").is_dir());
}

#[test]
fn the_layout_folder_must_not_be_a_link() {
    let (home, other) = (Home::new(), Home::new());
    other.store();
    fs::create_dir(home.location()).unwrap();
    set_mode(&home.location(), 0o700);
    symlink(other.location().join("1"), home.location().join("1")).unwrap();
    assert_eq!(problems(&home.location()).len(), 1);
}

#[test]
fn a_relative_location_is_relative_to_the_current_folder() {
    let home = Home::new();
    let path = home.location();
    let current = std::env::current_dir().unwrap();
    let up: std::path::PathBuf = current.components().skip(1).map(|_| "..").collect();
    let relative = up.join(path.strip_prefix("/").unwrap());
    let module = module("a", 1);
    Store::open(Settings::new(relative)).put(&module.key, &module.file).unwrap();
    assert!(has(&home.store(), &module));
}

#[test]
fn a_lower_cache_that_is_missing_is_a_problem() {
    let home = Home::new();
    let mut settings = home.settings();
    settings.lower = Some("/nonexistent/cache".into());
    let store = Store::open(settings);
    assert!(matches!(store.problems(), [Problem::Unusable { .. }]));
}

#[test]
fn a_problem_has_the_location_a_message_and_a_tip() {
    let home = Home::new();
    fs::create_dir(home.location()).unwrap();
    set_mode(&home.location(), 0o777);
    let store = Store::open(home.settings());
    let [problem] = store.problems() else { panic!("{:?}", store.problems()) };
    assert_eq!(problem.location(), Some(&*home.location()));
    let tip = problem.tip();
    assert!(tip.contains("chmod go-w") && !problem.message().contains(&tip));
    assert_eq!(problem.to_string(), format!("{}; {tip}", problem.message()));
}

#[test]
fn a_store_says_whether_it_has_an_own_cache() {
    let home = Home::new();
    let mut settings = home.settings();
    settings.mode = Mode::ReadOnly;
    let missing = Store::open(settings.clone());
    assert!(!missing.has_own_cache() && missing.problems().is_empty());
    assert!(home.store().has_own_cache());
    assert!(Store::open(settings).has_own_cache());
    set_mode(&home.location(), 0o777);
    let unsafe_folder = Store::open(home.settings());
    assert!(!unsafe_folder.has_own_cache() && !unsafe_folder.problems().is_empty());
}
