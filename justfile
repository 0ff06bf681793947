# What can be run, each on one line. `just check` is what CI runs; without just: `bash .ci/run`.

# Everything that CI checks.
check:
    bash .ci/run

# The service on 127.0.0.1:50051.
serve *flags:
    cargo run --release -- serve {{flags}}

# An article with its annotations.
annotate *inputs="examples/fisheries-talks.txt":
    cargo run --release -- annotate {{inputs}}

# The tests of everything.
test:
    cargo test --all-features

# Speed of each stage and of the whole; hostile texts against prose.
bench *filter:
    cargo bench --bench pipeline -- {{filter}}
    cargo bench --bench hostile

# Formats the code.
fmt:
    cargo fmt --all
