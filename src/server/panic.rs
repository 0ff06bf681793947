//! A handler that panics answers INTERNAL. Without this its client reads CANCELLED, and so believes that it
//! went away itself.

use crate::grpc;
use http::{Request, Response};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};
use tonic::body::Body;
use tower::{Layer, Service};

/// Puts a [`CatchPanic`] around a service.
#[derive(Clone, Copy, Debug)]
pub(super) struct CatchPanicLayer;

impl<S> Layer<S> for CatchPanicLayer {
    type Service = CatchPanic<S>;

    fn layer(&self, inner: S) -> CatchPanic<S> {
        CatchPanic { inner }
    }
}

/// A service whose panics are answered.
#[derive(Clone, Debug)]
pub(super) struct CatchPanic<S> {
    inner: S,
}

impl<S, B> Service<Request<B>> for CatchPanic<S>
where
    S: Service<Request<B>, Response = Response<Body>>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Caught<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let future = catch_unwind(AssertUnwindSafe(|| self.inner.call(request)));
        Caught { future: future.ok().map(Box::pin) }
    }
}

/// The answer, or INTERNAL if there will be none.
#[derive(Debug)]
pub(super) struct Caught<F> {
    future: Option<Pin<Box<F>>>,
}

impl<F, E> Future for Caught<F>
where
    F: Future<Output = Result<Response<Body>, E>>,
{
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(future) = &mut self.future else { return Poll::Ready(Ok(grpc::internal().into_http())) };
        catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))).unwrap_or_else(|_| {
            self.future = None;
            Poll::Ready(Ok(grpc::internal().into_http()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::CatchPanicLayer;
    use http::{Request, Response};
    use tonic::body::Body;
    use tower::{Layer as _, ServiceExt as _};

    #[tokio::test]
    async fn panics_are_answered() {
        let check = async |panics: bool| {
            let service = CatchPanicLayer.layer(tower::service_fn(move |_: Request<Body>| async move {
                assert!(!panics, "a test's own panic");
                Ok::<_, std::convert::Infallible>(Response::new(Body::empty()))
            }));
            let response = service.oneshot(Request::new(Body::empty())).await.unwrap();
            response.headers().get("grpc-status").map(|status| status.to_str().unwrap().to_owned())
        };
        assert_eq!(check(false).await, None);
        assert_eq!(check(true).await.as_deref(), Some("13"));
    }
}
