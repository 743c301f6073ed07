"""What both pages of the steward's desk say: whose they are, and what to do where no worker runs."""

NOT_YOURS = "Deliveries and releases are looked after by data stewards. Your role is another."
NO_WORKER = (
    "No worker runs, so nothing that is asked here is done. Have somebody start one: homeground worker. Once, for what waits now:"
    " homeground worker --until-idle."
)
