//! Git: the index, what a branch adds, the whole history; and `--gitignore`. The repositories are made here, object by object.
