//! dev
#![allow(clippy::print_stdout, clippy::unwrap_used)]
use glossator::{sentence::Segmenter, train::{Job, Silent, corpus, sentence}};
fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let paths: Vec<std::path::PathBuf> = args[1..].iter().map(Into::into).collect();
    let docs = if args[0] == "train" { vec![] } else { corpus::read(&paths).unwrap() };
    let preds: Vec<Vec<_>> = match args[0].as_str() {
        "train" => {
            let report = sentence::train(&Job { data: paths, out: "models/sentence.bin".into() }, &Silent).unwrap();
            eprintln!("{report:?}");
            return;
        }
        "cv" => sentence::cross_validate(&corpus::read(&["/tmp/wt/shared/data/sentences".into()]).unwrap(), &docs, 5, &Silent),
        _ => { let s = Segmenter::builtin().unwrap(); docs.iter().map(|d| sentence::predict(&s, &d.text)).collect() }
    };
    for (d, p) in docs.iter().zip(preds) {
        let spans: Vec<_> = p.iter().map(|s| [s.start(), s.end()]).collect();
        println!("{}", serde_json::json!({"id": d.id, "corpus": d.corpus, "sentences": spans}));
    }
}
