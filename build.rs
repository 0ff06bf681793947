//! Compiles the contract: generated Rust for `grpc::pb` and the descriptors that reflection serves.
//!
//! One thing differs between the two. prost refuses a whole message for one `string` that is not UTF-8, and
//! with it the call and every other article on it; so the generated Rust takes the strings of `Article` as
//! `bytes` and the service looks at them itself. The wire is the same either way, and reflection shows the
//! contract as it is written.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=proto");
    #[cfg(feature = "server")]
    contract::compile()?;
    Ok(())
}

#[cfg(feature = "server")]
mod contract {
    use protox::prost::Message;
    use protox::prost_reflect::prost_types::FileDescriptorSet;
    use protox::prost_reflect::prost_types::field_descriptor_proto::Type;
    use std::error::Error;
    use std::path::PathBuf;

    const PACKAGE: &str = ".glossator.v1";
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
            .build(&[PACKAGE])?;
        let mut prost = prost_build::Config::new();
        prost.compile_well_known_types().extern_path(".google.protobuf", "::pbjson_types");
        tonic_prost_build::configure().compile_fds_with_config(descriptors, prost)?;
        Ok(())
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
