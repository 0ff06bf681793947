# The program and nothing else: no shell, no package manager, no source. Built as a static binary, so that the last
# stage can be empty.
#
#   docker build -t glossator .
#
# deploy/image runs the same steps without a container engine; tests/e2e/test_image.py starts what they make in an empty root.

FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN deploy/image /out

FROM scratch
COPY --from=build /out/ /
USER 65532:65532
EXPOSE 50051 9090
# Inside a container the loopback address is nobody's.
ENV GLOSSATOR_ADDR=0.0.0.0:50051 GLOSSATOR_ADMIN_ADDR=0.0.0.0:9090
ENTRYPOINT ["/glossator"]
