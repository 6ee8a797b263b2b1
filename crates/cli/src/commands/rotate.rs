//! `rotate`: a new secret in the place of the old one, and only then the end of the old one.

use patcycle_client::rotation::{NewEnd, RotationPlan, rotate};

use crate::arguments::pats::RotateArguments;
use crate::context::Context;
use crate::delivery::{Delivering, Delivery, failure};
use crate::error::{CommandError, CommandResult};
use crate::select::find_alive;
use crate::sign_in::pat_client;

pub(super) async fn run(arguments: &RotateArguments, context: &Context) -> CommandResult {
    let delivery = Delivery::decide(&arguments.secret, context).map_err(|error| CommandError {
        message: format!("`{}` was not rotated: {}", arguments.pat, error.message),
        ..error
    })?;
    let client = pat_client(context)?;
    let old = find_alive(&client, &arguments.pat).await?;
    let end = match (arguments.end.valid_for, arguments.end.valid_to) {
        (Some(span), _) => NewEnd::After(span.0),
        (None, Some(end)) => NewEnd::At(end.0),
        (None, None) => NewEnd::SameLifetime,
    };
    let plan = RotationPlan::new(&old, end, client.service_now().await)
        .map_err(|error| CommandError::usage(error.to_string()))?;

    // From here on there may be a secret that nobody holds yet.
    let part = context.critical.begin();
    let mut delivering = Delivering { delivery: &delivery, context };
    let rotated = rotate(&client, &plan, &mut delivering, &mut ()).await.map_err(|error| failure(&error))?;
    drop(part);

    let new = &rotated.new;
    for difference in &rotated.differences {
        context.warn(&format!("the new `{}` is not quite like the old one: {difference}", new.display_name));
    }
    context.say(&format!(
        "Rotated `{}`: {} is good until {}, its secret went to {}, and {} is revoked.",
        new.display_name,
        new.authorization_id,
        new.valid_to,
        delivery.describe(),
        rotated.old
    ));
    delivery.report(new, context)
}
