//! Compiles the contract: generated Rust for `grpc::pb` and the descriptors that reflection serves. And
//! takes the fingerprint of everything that shapes annotations, so that `engine_revision` changes with them
//! and nobody has to remember it.
//!
//! The client is prost's. The server's side takes requests as prost messages too, but answers with bytes that
//! `grpc::convert` has written, field by field; the numbers of the fields are named here, from the contract.
//!
//! One thing differs between the generated Rust and the descriptors. prost refuses a whole message for one `string` that is not UTF-8, and
//! with it the call and every other article on it; so the generated Rust takes the strings of `Article` as
//! `bytes` and the service looks at them itself. The wire is the same either way, and reflection shows the
//! contract as it is written.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=proto");
    println!("cargo::rustc-env=GLOSSATOR_RULES={:016x}", rules::fingerprint()?);
    #[cfg(feature = "server")]
    contract::compile()?;
    Ok(())
}

mod rules {
    use std::io;
    use std::path::{Path, PathBuf};

    /// The rooms of the analyser and its lists. Models are not among them: they may be replaced at start,
    /// and each has a checksum of its own.
    const SHAPING: [&str; 11] = [
        "data",
        "src/annotate",
        "src/dateline",
        "src/entity",
        "src/language",
        "src/lexicon",
        "src/model",
        "src/quote",
        "src/sentence",
        "src/text",
        "src/token",
    ];

    /// FNV-1a over the names and lines of every file in there, in the order of their names. A changed comment
    /// changes it too: better one revision too many than one too few.
    pub(super) fn fingerprint() -> io::Result<u64> {
        let mut files = Vec::new();
        for room in SHAPING.map(PathBuf::from) {
            let face = room.with_extension("rs");
            if face.is_file() {
                files.push(face);
            }
            if room.is_dir() {
                println!("cargo::rerun-if-changed={}", room.display());
                collect(&room, &mut files)?;
            }
        }
        files.sort();
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for file in &files {
            println!("cargo::rerun-if-changed={}", file.display());
            // A checkout with CR LF is the same program; so is a path with back slashes.
            let name = file.to_string_lossy().replace('\\', "/");
            let text = std::fs::read_to_string(file)?.replace("\r\n", "\n");
            for byte in name.bytes().chain([0]).chain(text.bytes()).chain([0]) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        Ok(hash)
    }

    fn collect(room: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
        for entry in std::fs::read_dir(room)? {
            let path = entry?.path();
            if path.is_dir() {
                collect(&path, files)?;
            } else {
                files.push(path);
            }
        }
        Ok(())
    }
}

#[cfg(feature = "server")]
mod contract {
    use protox::prost::Message;
    use protox::prost_reflect::prost_types::FileDescriptorSet;
    use protox::prost_reflect::prost_types::field_descriptor_proto::Type;
    use std::error::Error;
    use std::fmt::Write as _;
    use std::path::PathBuf;
    use tonic_build::manual::{Builder, Method, Service, ServiceBuilder};

    const PACKAGE: &str = "glossator.v1";
    /// Messages without proto3 JSON: those that hold an article, since their JSON would be base64.
    const WITHOUT_JSON: [&str; 3] =
        [".glossator.v1.Article", ".glossator.v1.AnnotateRequest", ".glossator.v1.AnnotateStreamRequest"];

    pub(super) fn compile() -> Result<(), Box<dyn Error>> {
        let out = PathBuf::from(std::env::var("OUT_DIR")?);
        let mut descriptors = protox::compile(["glossator/v1/glossator.proto"], ["proto"])?;
        std::fs::write(out.join("descriptors.bin"), descriptors.encode_to_vec())?;
        take_strings_as_bytes(&mut descriptors)?;

        pbjson_build::Builder::new()
            .register_descriptors(&descriptors.encode_to_vec())?
            .exclude(WITHOUT_JSON)
            .ignore_unknown_fields()
            .build(&[format!(".{PACKAGE}")])?;
        let mut prost = prost_build::Config::new();
        prost.compile_well_known_types().extern_path(".google.protobuf", "::pbjson_types");
        std::fs::write(out.join("tags.rs"), tags(&descriptors)?)?;
        let service = service(&descriptors)?;
        tonic_prost_build::configure().build_server(false).compile_fds_with_config(descriptors, prost)?;
        Builder::new().build_client(false).compile(&[service]);
        Ok(())
    }

    /// The server's side. Whatever is streamed back is encoded already; the rest are prost's messages.
    fn service(descriptors: &FileDescriptorSet) -> Result<Service, Box<dyn Error>> {
        let services = descriptors.file.iter().flat_map(|file| &file.service);
        let service = services.last().ok_or("the contract has no service")?;
        let builder = Service::builder().name(service.name()).package(PACKAGE);
        let message = |path: &str| format!("crate::grpc::pb::{}", path.rsplit('.').next().unwrap_or(path));
        let methods = service.method.iter().map(|method| {
            let mut built = Method::builder()
                .name(snake_case(method.name()))
                .route_name(method.name())
                .input_type(message(method.input_type()));
            if method.client_streaming() {
                built = built.client_streaming();
            }
            if method.server_streaming() {
                let built = built.server_streaming().output_type("crate::grpc::encoded::Encoded");
                return built.codec_path("crate::grpc::encoded::EncodedCodec").build();
            }
            built.output_type(message(method.output_type())).codec_path("tonic_prost::ProstCodec").build()
        });
        Ok(methods.fold(builder, ServiceBuilder::method).build())
    }

    /// A constant for the number of every field, in a module a message: `span::START_OFFSET`.
    fn tags(descriptors: &FileDescriptorSet) -> Result<String, std::fmt::Error> {
        let mut tags = String::new();
        let ours = descriptors.file.iter().filter(|file| file.package() == PACKAGE);
        for message in ours.flat_map(|file| &file.message_type) {
            writeln!(tags, "pub(crate) mod {} {{", snake_case(message.name()))?;
            for field in &message.field {
                writeln!(
                    tags,
                    "pub(crate) const {}: u32 = {};",
                    field.name().to_uppercase(),
                    field.number()
                )?;
            }
            writeln!(tags, "}}")?;
        }
        Ok(tags)
    }

    fn snake_case(name: &str) -> String {
        let mut snake = String::new();
        for letter in name.chars() {
            if letter.is_uppercase() && !snake.is_empty() {
                snake.push('_');
            }
            snake.extend(letter.to_lowercase());
        }
        snake
    }

    fn take_strings_as_bytes(descriptors: &mut FileDescriptorSet) -> Result<(), Box<dyn Error>> {
        let article = descriptors
            .file
            .iter_mut()
            .flat_map(|file| &mut file.message_type)
            .find(|message| message.name() == "Article")
            .ok_or("the contract has no message Article")?;
        for field in article.field.iter_mut().filter(|field| field.r#type() == Type::String) {
            field.set_type(Type::Bytes);
        }
        Ok(())
    }
}
