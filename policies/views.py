from django.http import HttpResponse
from sinosure.accounts.access import access


@access("policies.view")
def policy_list(request, policy_id=0):
    return HttpResponse("")
