//! `rotate`: a new secret in the place of the old one, and only then the end of the old one.

use patcycle_client::rotation::{NewEnd, Rotated, RotationPlan, rotate};
use patcycle_client::{PatClient, PatState};
use patcycle_contract::PatToken;

use crate::arguments::pats::RotateArguments;
use crate::context::Context;
use crate::delivery::{Delivering, Delivery, failure};
use crate::error::{CommandError, CommandResult};
use crate::exit_code::ExitCode;
use crate::select::find_alive;
use crate::sign_in::pat_client;

pub(super) async fn run(arguments: &RotateArguments, context: &Context) -> CommandResult {
    if arguments.finish || arguments.undo {
        return settle(arguments, context).await;
    }
    let delivery = Delivery::decide(&arguments.secret, context).map_err(|error| CommandError {
        message: format!("`{}` was not rotated: {}", arguments.pat, error.message),
        ..error
    })?;
    let client = pat_client(context)?;
    let old = find_alive(&client, &arguments.pat).await?;
    let plan = plan(arguments, &old, &client).await?;

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
        "Rotated `{}`: {} is good until {}, its secret went to {}, and {}.",
        new.display_name,
        new.authorization_id,
        new.valid_to,
        delivery.describe(),
        end_of_old(&rotated)
    ));
    delivery.report(new, context)
}

async fn plan(
    arguments: &RotateArguments,
    old: &PatToken,
    client: &PatClient,
) -> CommandResult<RotationPlan> {
    let end = match (arguments.end.valid_for, arguments.end.valid_to) {
        (Some(span), _) => NewEnd::After(span.0),
        (None, Some(end)) => NewEnd::At(end.0),
        (None, None) => NewEnd::SameLifetime,
    };
    let plan = RotationPlan::new(old, end, client.service_now().await)
        .map_err(|error| CommandError::usage(error.to_string()))?;
    Ok(RotationPlan { overlap_seconds: arguments.overlap.map_or(0, |overlap| overlap.0), ..plan })
}

/// What became of the old secret.
fn end_of_old(rotated: &Rotated) -> String {
    let (old, new) = (rotated.old, rotated.new.authorization_id);
    if rotated.overlaps {
        return format!(
            "the old one works until its overlap ends (`patcycle rotate {old} --finish` ends it, `--undo` goes back)"
        );
    }
    if old == new { "the old one has ended".to_owned() } else { format!("{old} is revoked") }
}

/// `--finish` and `--undo`: what is to become of a rotation that overlaps.
async fn settle(arguments: &RotateArguments, context: &Context) -> CommandResult {
    let client = pat_client(context)?;
    if !client.offers("rotate").await? {
        return Err(CommandError::new(
            ExitCode::Usage,
            "notOffered",
            "this service keeps no old secret beside a new one, so there is nothing to finish or to undo",
        )
        .with_next("`patcycle list` shows the PATs; revoke those that are no longer needed."));
    }
    let pat = find_alive(&client, &arguments.pat).await?;
    let settled = if arguments.finish {
        client.finish_rotation(pat.authorization_id, None).await?
    } else {
        client.undo_rotation(pat.authorization_id, None).await?
    };
    context.say(&if arguments.finish {
        format!("Finished the rotation of `{}`: its old secret has ended.", settled.display_name)
    } else {
        format!("Went back to the old secret of `{}`: the new one has ended.", settled.display_name)
    });
    let now = client.service_now().await;
    super::show::write(&settled, PatState::by_time(&settled, now), context)
}
